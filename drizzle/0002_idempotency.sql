CREATE TABLE "idempotency_record" (
	"workspace_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"key" text NOT NULL,
	"procedure" text NOT NULL,
	"fingerprint" text NOT NULL,
	"reach" text NOT NULL,
	"resource_id" uuid,
	"answer" json,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_record_key" PRIMARY KEY("workspace_id","owner_id","key"),
	CONSTRAINT "idempotency_record_key_form" CHECK ("idempotency_record"."key" ~ '^[!-~]{1,255}$')
);
--> statement-breakpoint
ALTER TABLE "idempotency_record" ADD CONSTRAINT "idempotency_record_workspace_id_organization_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_record" ADD CONSTRAINT "idempotency_record_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_record_age" ON "idempotency_record" USING btree ("created_at");--> statement-breakpoint

-- The second wall of the above, by hand. A record is the caller's alone, whatever the reach: no role may change or
-- remove one, so what was answered once stands until it expires.
alter table idempotency_record enable row level security;
alter table idempotency_record force row level security;
create policy idempotency_is_the_callers on idempotency_record
  to holdfast_tenant, holdfast_identity, holdfast_security
  using (workspace_id = (select app_workspace()) and owner_id = (select app_user()))
  with check (workspace_id = (select app_workspace()) and owner_id = (select app_user()));
grant select, insert on idempotency_record to holdfast_tenant, holdfast_identity, holdfast_security;
-- A record is written only while its workspace is there; the two other roles see theirs already.
grant select (id) on organization to holdfast_security;
create policy security_sees_its_workspace on organization for select to holdfast_security
  using (id = (select app_workspace()));
--> statement-breakpoint

-- Frees the caller's own key, and sweeps a few records of anybody. SECURITY DEFINER under a policy of its own: the
-- owner of the table reaches what has expired, and nothing else. Rows that another sweep holds are skipped, never awaited.
create policy expired_records_are_swept on idempotency_record to holdfast_migrator
  using (created_at <= now() - interval '24 hours');
create function forget_expired_answers(own_key text) returns void language sql volatile
  security definer set search_path = pg_catalog, public as $$
  delete from idempotency_record
    where workspace_id = app_workspace() and owner_id = app_user() and key = own_key
      and created_at <= now() - interval '24 hours';
  delete from idempotency_record where ctid = any (array(
    select ctid from idempotency_record where created_at <= now() - interval '24 hours'
    order by created_at limit 20 for update skip locked));
$$;
revoke all on function forget_expired_answers(text) from public;
grant execute on function forget_expired_answers(text) to holdfast_tenant, holdfast_identity, holdfast_security;
