-- Details: appended with their event and by whoever appends it, read by security staff, changed by nobody.
alter table audit_detail enable row level security;
--> statement-breakpoint
alter table audit_detail force row level security;
--> statement-breakpoint
-- With the policy below: the event of a new detail is one of this very transaction.
alter table audit_detail add constraint audit_detail_event_fk
  foreign key (xid, event_id) references audit_event (xid, id);
--> statement-breakpoint
grant insert on audit_detail to holdfast_tenant, holdfast_identity, holdfast_security;
--> statement-breakpoint
grant select on audit_detail to holdfast_security;
--> statement-breakpoint
-- Update stays: PostgreSQL asks for it when an event goes and its detail is looked for. No policy lets a row be updated.
revoke truncate on audit_detail from holdfast_migrator;
--> statement-breakpoint
create policy detail_append on audit_detail for insert to holdfast_tenant, holdfast_identity, holdfast_security
  with check (xid = pg_current_xact_id());
--> statement-breakpoint
create policy detail_read on audit_detail for select to holdfast_security using ((select app_reaches_any()));
--> statement-breakpoint

-- Retention. The owner of the tables reaches, while the function below says so, what lies up to one seal; it may empty
-- the lists of such a seal and nothing else of it. No role of the application may call the function.
create function app_retained_xid() returns xid8 language sql stable parallel safe
  return nullif(current_setting('app.retained_xid', true), '')::xid8;
--> statement-breakpoint
create function app_retained_seal() returns bigint language sql stable parallel safe
  return nullif(current_setting('app.retained_seal', true), '')::bigint;
--> statement-breakpoint
grant update (row_ids, row_digests) on audit_seal to holdfast_migrator;
--> statement-breakpoint
create policy retention_reads on audit_seal for select to holdfast_migrator using (true);
--> statement-breakpoint
create policy retention_empties on audit_seal for update to holdfast_migrator
  using (number <= (select app_retained_seal()))
  with check (number <= (select app_retained_seal()) and row_ids = '{}' and row_digests = '{}');
--> statement-breakpoint
create policy retention_finds on audit_event for select to holdfast_migrator
  using (xid <= (select app_retained_xid()));
--> statement-breakpoint
create policy retention_drops on audit_event for delete to holdfast_migrator
  using (xid <= (select app_retained_xid()));
--> statement-breakpoint
create policy retention_finds on audit_detail for select to holdfast_migrator
  using (xid <= (select app_retained_xid()));
--> statement-breakpoint
create policy retention_drops on audit_detail for delete to holdfast_migrator
  using (xid <= (select app_retained_xid()));
--> statement-breakpoint
create function retain_audit(through bigint, record text) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare
  newest audit_seal;
  dropped bigint;
begin
  select * into newest from audit_seal where number = through;
  if not found then raise 'there is no seal %', through; end if;
  if exists (select from audit_seal where number <= through and sealed_at > now() - interval '1 day')
    then raise 'seal % is younger than a day', through; end if;
  perform set_config('app.retained_seal', through::text, true), set_config('app.retained_xid', newest.last_xid::text, true);
  delete from audit_detail where event_id in (select unnest(row_ids) from audit_seal where number <= through);
  delete from audit_event where id in (select unnest(row_ids) from audit_seal where number <= through);
  get diagnostics dropped = row_count;
  update audit_seal set row_ids = '{}', row_digests = '{}' where number <= through and row_ids <> '{}';
  insert into audit_event (id, actor_kind, action, resource_kind, outcome, reason)
    values (uuid_v7(), 'system', 'audit_retained', 'audit', 'success', record);
  perform set_config('app.retained_seal', '', true), set_config('app.retained_xid', '', true);
  return dropped;
end $$;
--> statement-breakpoint
revoke all on function retain_audit(bigint, text) from public;
--> statement-breakpoint

-- Erasure. The same way: the owner of the tables reaches one person's rows while the function below says so.
create function app_erased() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.erased', true), '')::uuid;
--> statement-breakpoint
create policy erasure_finds on "user" for select to holdfast_migrator using (id = (select app_erased()));
--> statement-breakpoint
create policy erasure_blanks on "user" for update to holdfast_migrator using (id = (select app_erased()));
--> statement-breakpoint
create policy erasure_finds on member for select to holdfast_migrator using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_ends on member for delete to holdfast_migrator using (user_id = (select app_erased()));
--> statement-breakpoint
create policy erasure_finds on organization for select to holdfast_migrator
  using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_deletes on organization for delete to holdfast_migrator
  using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_finds on invitation for select to holdfast_migrator using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_deletes on invitation for delete to holdfast_migrator
  using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_forgets on idempotency_record to holdfast_migrator using (owner_id = (select app_erased()));
--> statement-breakpoint
create policy erasure_finds on audit_event for select to holdfast_migrator
  using (actor_id = (select app_erased()) or resource_id = (select app_erased()));
--> statement-breakpoint
create policy erasure_finds on audit_detail for select to holdfast_migrator
  using ((select app_erased()) is not null);
--> statement-breakpoint
create policy erasure_deletes on audit_detail for delete to holdfast_migrator
  using ((select app_erased()) is not null);
--> statement-breakpoint
-- Answers how many details are gone. What the person wrote into workspaces of others stays, under an empty name.
create function erase_person(person uuid, record text) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare
  address text;
  alone uuid[];
  orphan uuid;
  dropped bigint;
begin
  perform set_config('app.erased', person::text, true);
  select email into address from "user" where id = person for update;
  if not found then raise 'there is no person %', person; end if;
  select o.id into orphan from member own join organization o on o.id = own.organization_id
    where own.user_id = person and own.role = 'owner' and o.personal_user_id is distinct from person
      and exists (select from member m where m.organization_id = o.id and m.user_id <> person)
      and not exists (select from member m where m.organization_id = o.id and m.user_id <> person and m.role = 'owner')
    limit 1;
  if found then raise 'the person is the only owner of workspace %, which has other members; make one of them its owner first', orphan;
  end if;
  -- Their personal workspace, and those that nobody else is in.
  select array_agg(o.id) into alone from organization o
    where o.personal_user_id = person or (exists (select from member m where m.organization_id = o.id and m.user_id = person)
      and not exists (select from member m where m.organization_id = o.id and m.user_id <> person));
  delete from organization where id = any (alone);
  delete from member where user_id = person;
  delete from invitation where inviter_id = person or lower(email) = lower(address);
  delete from idempotency_record where owner_id = person;
  delete from session where user_id = person;
  delete from account where user_id = person;
  delete from verification where value like '%' || person || '%'
    or strpos(lower(identifier), lower(address)) > 0 or strpos(lower(value), lower(address)) > 0;
  delete from audit_detail where event_id in (select id from audit_event where actor_id = person or resource_id = person);
  get diagnostics dropped = row_count;
  update "user" set name = 'Erased person', email = person || '@erased.invalid', email_verified = false, image = null,
    role = 'user', banned = true, ban_reason = 'erased', ban_expires = null, updated_at = now() where id = person;
  insert into audit_event (id, actor_kind, action, resource_kind, resource_id, outcome, reason)
    values (uuid_v7(), 'system', 'user_erased', 'user', person, 'success', record);
  perform set_config('app.erased', '', true);
  return dropped;
end $$;
--> statement-breakpoint
revoke all on function erase_person(uuid, text) from public;
