CREATE TABLE "audit_seal" (
	"number" bigint PRIMARY KEY NOT NULL,
	"row_ids" uuid[] NOT NULL,
	"row_digests" text[] NOT NULL,
	"count" integer NOT NULL,
	"digest" text NOT NULL,
	"last_xid" "xid8" NOT NULL,
	"last_id" uuid NOT NULL,
	"key_version" integer NOT NULL,
	"hmac" text NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_event_order" ON "audit_event" USING btree ("xid","id");