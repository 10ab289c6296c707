-- Seals: appended and read by the sealer and by security staff, changed by nobody. Not even by their owner, who would
-- have to grant itself the right first.
alter table audit_seal enable row level security;
--> statement-breakpoint
alter table audit_seal force row level security;
--> statement-breakpoint
grant select, insert on audit_seal to holdfast_security;
--> statement-breakpoint
revoke update, delete, truncate on audit_seal from holdfast_migrator;
--> statement-breakpoint
create policy seal_read on audit_seal for select to holdfast_security using ((select app_reaches_any()));
--> statement-breakpoint
-- The sealer works for no person; a call always does.
create policy seal_append on audit_seal for insert to holdfast_security
  with check ((select app_reaches_any()) and (select app_user()) is null);
--> statement-breakpoint
-- A row that names another transaction than its own would lie in the sealed past, or never be sealed.
alter policy audit_append on audit_event
  with check (actor_id is not distinct from app_user() and (workspace_id is null or workspace_id = app_workspace())
    and xid = pg_current_xact_id());
--> statement-breakpoint
alter policy audit_append_by_auth on audit_event with check (workspace_id is null and xid = pg_current_xact_id());
--> statement-breakpoint
alter policy audit_append_by_cascade on audit_event with check (workspace_id is null and xid = pg_current_xact_id());
