-- Sessions under row-level security. A person sees and ends their own, and the procedures' role never reads a token.
alter table session enable row level security;
--> statement-breakpoint
alter table session force row level security;
--> statement-breakpoint
grant select (id, user_id, created_at, expires_at, last_seen_at, ip_address, user_agent, second_factor_at)
  on session to holdfast_identity;
grant delete on session to holdfast_identity;
create policy identity_sees_own_sessions on session for select to holdfast_identity
  using (user_id = (select app_user()));
create policy identity_ends_own_sessions on session for delete to holdfast_identity
  using (user_id = (select app_user()));
create policy auth_keeps_sessions on session to holdfast_auth using (true);
-- The triggers below end sessions as the owner of the tables, whoever changed the account.
create policy triggers_see_sessions on session for select to holdfast_migrator using (true);
create policy triggers_end_sessions on session for delete to holdfast_migrator using (true);
--> statement-breakpoint

-- In the transaction of the change itself: a process that dies in between leaves no session behind.
create function account_ends_sessions() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  delete from session where user_id = new.user_id;
  return null;
end $$;
--> statement-breakpoint
revoke execute on function account_ends_sessions() from public;
--> statement-breakpoint
-- The name sorts after password_is_audited: the trail tells the change before what it ended.
create trigger password_z_ends_sessions after update of password on account
  for each row when (old.password is distinct from new.password) execute function account_ends_sessions();
--> statement-breakpoint

-- A ban outlives itself in this: whoever was banned for a time signs in anew.
create function ban_ends_sessions() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  delete from session where user_id = new.id;
  return null;
end $$;
--> statement-breakpoint
revoke execute on function ban_ends_sessions() from public;
--> statement-breakpoint
create trigger ban_ends_sessions after update of banned, ban_expires on "user"
  for each row when (new.banned and (new.ban_expires is null or new.ban_expires > now()))
  execute function ban_ends_sessions();
