DROP INDEX "task_project";--> statement-breakpoint
CREATE INDEX "audit_event_time" ON "audit_event" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "task_priority" ON "task" USING btree ("workspace_id","priority","id");--> statement-breakpoint
CREATE INDEX "task_project" ON "task" USING btree ("workspace_id","project_id","id","status","owner_id");