-- Letters about critical alerts: each alert is claimed once, by the job that writes them and by no person.
alter table alert_letter enable row level security;
--> statement-breakpoint
alter table alert_letter force row level security;
--> statement-breakpoint
grant select, insert on alert_letter to holdfast_security;
revoke update, delete, truncate on alert_letter from holdfast_migrator;
--> statement-breakpoint
create policy alert_letter_read on alert_letter for select to holdfast_security using ((select app_reaches_any()));
create policy alert_letter_append on alert_letter for insert to holdfast_security
  with check ((select app_reaches_any()) and (select app_user()) is null);
--> statement-breakpoint

-- Links that set a password end with any change of the password: an earlier one would undo the owner's answer to a theft.
-- They are the rows whose value is the person's id; Better Auth keeps nothing else in that form that should outlive it.
create function password_ends_links() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  delete from verification where value = new.user_id::text;
  return null;
end $$;
--> statement-breakpoint
create trigger password_ends_links after update of password on account
  for each row when (old.password is distinct from new.password) execute function password_ends_links();
