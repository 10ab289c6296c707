-- Keys and service accounts. A key of a service account is in that account's workspace, and ends with it.
alter table apikey
  add constraint apikey_service_account_fk foreign key (workspace_id, service_account_id)
    references service_account (workspace_id, id) on delete cascade;
--> statement-breakpoint
alter table apikey enable row level security;
alter table apikey force row level security;
alter table service_account enable row level security;
alter table service_account force row level security;
--> statement-breakpoint

-- Guarded procedures make and end keys and never read a digest. What a key may and whose it is are written once.
grant select (id, workspace_id, owner_id, service_account_id, name, start, prefix, permissions, enabled, last_request,
    expires_at, created_at, updated_at, revoked_at, rotated_to) on apikey to holdfast_identity;
grant insert on apikey to holdfast_identity;
grant update (enabled, expires_at, updated_at, revoked_at, rotated_to) on apikey to holdfast_identity;
grant select (id, workspace_id, owner_id, name, permissions, certificate, created_at) on service_account to holdfast_identity;
grant insert, delete on service_account to holdfast_identity;
create policy key_reach on apikey for select to holdfast_identity
  using (workspace_id = (select app_workspace())
    and ((select app_reaches_any()) or (owner_id = (select app_user()) and service_account_id is null)));
create policy key_change on apikey for update to holdfast_identity
  using (workspace_id = (select app_workspace())
    and ((select app_reaches_any()) or (owner_id = (select app_user()) and service_account_id is null)));
-- As oneself only; for a service account, whoever reaches any.
create policy key_making on apikey for insert to holdfast_identity
  with check (workspace_id = (select app_workspace()) and owner_id = (select app_user())
    and (service_account_id is null or (select app_reaches_any())));
create policy service_account_reach on service_account to holdfast_identity
  using (workspace_id = (select app_workspace())
    and ((select app_reaches_any()) or owner_id = (select app_user())))
  with check (workspace_id = (select app_workspace()) and owner_id = (select app_user()));
--> statement-breakpoint

-- Whoever looks a credential up finds any; of a key it notes only that, and from where, it was used.
grant select on apikey, service_account to holdfast_auth;
grant update (last_request, networks) on apikey to holdfast_auth;
create policy auth_reads_keys on apikey for select to holdfast_auth using (true);
create policy auth_notes_use on apikey for update to holdfast_auth using (true);
create policy auth_reads_service_accounts on service_account for select to holdfast_auth using (true);
--> statement-breakpoint

-- A service reads the trail of its own workspace, and no other: by this alone, because its grant never reaches any.
create function app_is_service() returns boolean language sql stable parallel safe
  return coalesce(current_setting('app.service', true) = 'on', false);
--> statement-breakpoint
create policy audit_read_by_service on audit_event for select to holdfast_security
  using ((select app_is_service()) and workspace_id = (select app_workspace()));
--> statement-breakpoint

-- Keys end for good with their owner's membership: coming back gives none of them back. And with their owner's erasure,
-- because a person chose their names. As of erase_person, the owner of the tables reaches one person's keys meanwhile.
create function app_departed() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.departed', true), '')::uuid;
--> statement-breakpoint
create policy departure_finds on apikey for select to holdfast_migrator
  using (owner_id = (select app_departed()) and service_account_id is null);
create policy departure_ends on apikey for update to holdfast_migrator
  using (owner_id = (select app_departed()) and service_account_id is null);
create policy erasure_forgets on apikey for delete to holdfast_migrator
  using (owner_id = (select app_departed()) and service_account_id is null);
--> statement-breakpoint
create function member_leaves_keys() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  perform set_config('app.departed', old.user_id::text, true);
  update apikey set enabled = false, revoked_at = now(), updated_at = now()
    where workspace_id = old.organization_id and owner_id = old.user_id and service_account_id is null and revoked_at is null;
  perform set_config('app.departed', '', true);
  return null;
end $$;
--> statement-breakpoint
create trigger member_leaves_keys after delete on member for each row execute function member_leaves_keys();
--> statement-breakpoint
create function erased_person_loses_keys() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  perform set_config('app.departed', new.id::text, true);
  delete from apikey where owner_id = new.id and service_account_id is null;
  perform set_config('app.departed', '', true);
  return null;
end $$;
--> statement-breakpoint
create trigger erased_person_loses_keys after update of ban_reason on "user"
  for each row when (new.ban_reason = 'erased') execute function erased_person_loses_keys();
