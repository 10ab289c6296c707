CREATE TABLE "alert" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"rule" text NOT NULL,
	"severity" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text,
	"workspace_id" uuid,
	"count" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"window_key" text NOT NULL,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" uuid,
	"resolved_at" timestamp with time zone,
	"resolved_by" uuid,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "alert_window_key_unique" UNIQUE("window_key"),
	CONSTRAINT "alert_severity_known" CHECK ("alert"."severity" in ('warning', 'critical')),
	CONSTRAINT "alert_subject_known" CHECK ("alert"."subject_kind" in ('user', 'account', 'address', 'house')),
	CONSTRAINT "alert_acknowledged_by_somebody" CHECK (("alert"."acknowledged_at" is null) = ("alert"."acknowledged_by" is null)),
	CONSTRAINT "alert_resolved_by_somebody" CHECK (("alert"."resolved_at" is null) = ("alert"."resolved_by" is null))
);
--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "target" text;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "address_digest" text;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "account_digest" text;--> statement-breakpoint
CREATE INDEX "alert_unresolved" ON "alert" USING btree ("id") WHERE "alert"."resolved_at" is null;