CREATE TABLE "task_change" (
	"workspace_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"version" integer,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "task_change_order" PRIMARY KEY("workspace_id","xid","id"),
	CONSTRAINT "task_change_kind_known" CHECK ("task_change"."kind" in ('created', 'updated', 'deleted'))
);
--> statement-breakpoint
ALTER TABLE "task_change" ADD CONSTRAINT "task_change_workspace_id_organization_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_change" ADD CONSTRAINT "task_change_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "task_change_age" ON "task_change" USING btree ("at");