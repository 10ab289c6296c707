CREATE TABLE "apikey" (
	"id" uuid NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text NOT NULL,
	"start" text,
	"reference_id" uuid NOT NULL,
	"prefix" text,
	"key" text NOT NULL,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp with time zone,
	"enabled" boolean DEFAULT true NOT NULL,
	"rate_limit_enabled" boolean DEFAULT false NOT NULL,
	"rate_limit_time_window" integer,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0 NOT NULL,
	"remaining" integer,
	"last_request" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"permissions" text DEFAULT '{}' NOT NULL,
	"metadata" text,
	"workspace_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"service_account_id" uuid,
	"revoked_at" timestamp with time zone,
	"rotated_to" uuid,
	"networks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "apikey_key" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "apikey_expires_within_a_year" CHECK ("apikey"."expires_at" >= "apikey"."created_at" and "apikey"."expires_at" <= "apikey"."created_at" + interval '366 days'),
	CONSTRAINT "apikey_is_a_digest" CHECK ("apikey"."key" ~ '^[A-Za-z0-9_-]{43}$'),
	CONSTRAINT "apikey_is_of_one" CHECK ("apikey"."reference_id" = coalesce("apikey"."service_account_id", "apikey"."owner_id")),
	CONSTRAINT "apikey_revoked_is_off" CHECK ("apikey"."revoked_at" is null or not "apikey"."enabled")
);
--> statement-breakpoint
CREATE TABLE "service_account" (
	"id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"permissions" text DEFAULT '{}' NOT NULL,
	"certificate" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "service_account_key" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "service_account_certificate" UNIQUE("workspace_id","certificate"),
	CONSTRAINT "service_account_certificate_form" CHECK ("service_account"."certificate" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "alert" DROP CONSTRAINT "alert_subject_known";--> statement-breakpoint
DROP INDEX "audit_event_workspace";--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "key_id" uuid;--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_workspace_id_organization_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_workspace_id_organization_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "apikey_digest" ON "apikey" USING btree ("key");--> statement-breakpoint
CREATE INDEX "apikey_owner" ON "apikey" USING btree ("workspace_id","owner_id");--> statement-breakpoint
CREATE INDEX "apikey_service_account" ON "apikey" USING btree ("workspace_id","service_account_id");--> statement-breakpoint
CREATE INDEX "audit_event_workspace" ON "audit_event" USING btree ("workspace_id","xid","id");--> statement-breakpoint
ALTER TABLE "alert" ADD CONSTRAINT "alert_subject_known" CHECK ("alert"."subject_kind" in ('user', 'account', 'address', 'key', 'house'));