-- The second wall: grants, row-level security, references between tenant rows, and the triggers that must share
-- the transaction of what they follow. Roles are made before this by db/roles.ts. Runs as holdfast_migrator.

-- References between tenant rows are composite: a plain foreign key bypasses row-level security.
alter table task
  add constraint task_project_fk foreign key (workspace_id, project_id)
    references project (workspace_id, id) on delete set null (project_id),
  add constraint task_assignee_fk foreign key (workspace_id, assignee_id)
    references member (organization_id, user_id) on delete set null (assignee_id);
--> statement-breakpoint
alter table document
  add constraint document_project_fk foreign key (workspace_id, project_id)
    references project (workspace_id, id) on delete set null (project_id);
--> statement-breakpoint
alter table document_version
  add constraint document_version_document_fk foreign key (workspace_id, document_id)
    references document (workspace_id, id) on delete cascade;
--> statement-breakpoint

-- What the guard said of this transaction. set_config(…, true) leaves '' behind, hence nullif: nothing set, nothing seen.
create function app_workspace() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.workspace_id', true), '')::uuid;
--> statement-breakpoint
create function app_user() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.user_id', true), '')::uuid;
--> statement-breakpoint
create function app_reaches_any() returns boolean language sql stable parallel safe
  return coalesce(current_setting('app.reach', true) = 'any', false);
--> statement-breakpoint
create function app_workspaces() returns uuid[] language sql stable parallel safe
  return coalesce(nullif(current_setting('app.workspace_ids', true), '')::uuid[], '{}');
--> statement-breakpoint

do $$
declare name text;
begin
  foreach name in array array['project', 'task', 'document', 'document_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_reach on %I to holdfast_tenant
         using (workspace_id = (select app_workspace()) and ((select app_reaches_any()) or owner_id = (select app_user())))
         with check (workspace_id = (select app_workspace()) and ((select app_reaches_any()) or owner_id = (select app_user())))',
      name);
  end loop;
  foreach name in array array['user', 'organization', 'member', 'invitation', 'audit_event'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
  end loop;
end $$;
--> statement-breakpoint

-- Tenant content. Columns that decide whose a row is are written once, by insert.
grant select, insert, delete on project, task, document to holdfast_tenant;
grant select, insert on document_version to holdfast_tenant;
grant update (name, description, archived_at, version, updated_at) on project to holdfast_tenant;
grant update (project_id, assignee_id, title, description, status, priority, due_at, position, version, updated_at)
  on task to holdfast_tenant;
grant update (project_id, title, body, version, updated_at) on document to holdfast_tenant;
grant select (id, name) on organization to holdfast_tenant;
grant select (organization_id, user_id, role) on member to holdfast_tenant;
create policy tenant_sees_its_workspace on organization for select to holdfast_tenant
  using (id = (select app_workspace()));
create policy tenant_sees_its_members on member for select to holdfast_tenant
  using (organization_id = (select app_workspace()));
--> statement-breakpoint

-- Identity data, reached by guarded procedures. No password hash, no session token.
grant select (id, name, email, email_verified, image, role, banned, ban_expires, created_at, updated_at)
  on "user" to holdfast_identity;
grant update (name, image, role, updated_at) on "user" to holdfast_identity;
grant select, insert, delete on organization to holdfast_identity;
grant update (name) on organization to holdfast_identity;
grant select on member to holdfast_identity;
grant select on first_admin_link to holdfast_identity;
grant update (used_at, used_by) on first_admin_link to holdfast_identity;
create policy identity_reads_people on "user" for select to holdfast_identity
  using (id = (select app_user()) or (select app_reaches_any()));
create policy identity_updates_self on "user" for update to holdfast_identity
  using (id = (select app_user()));
create policy identity_sees_workspaces on organization for select to holdfast_identity
  using (id = (select app_workspace()) or id = any ((select app_workspaces())::uuid[]));
create policy identity_makes_workspaces on organization for insert to holdfast_identity
  with check (personal_user_id is null);
create policy identity_renames_workspace on organization for update to holdfast_identity
  using (id = (select app_workspace()) and (select app_reaches_any()));
create policy identity_deletes_workspace on organization for delete to holdfast_identity
  using (id = (select app_workspace()) and (select app_reaches_any()) and personal_user_id is null);
create policy identity_sees_members on member for select to holdfast_identity
  using (organization_id = (select app_workspace()) or user_id = (select app_user()));
--> statement-breakpoint

-- Better Auth's own login.
grant select, insert, update on "user" to holdfast_auth;
grant select, insert, update, delete on session, verification to holdfast_auth;
grant select, insert, update on account to holdfast_auth;
grant select, insert on organization to holdfast_auth;
grant select on member, invitation to holdfast_auth;
grant select, insert, update, delete on first_admin_link to holdfast_auth;
grant usage on schema drizzle to holdfast_auth;
grant select on drizzle.__drizzle_migrations to holdfast_auth;
create policy auth_keeps_users on "user" to holdfast_auth using (true);
create policy auth_reads_workspaces on organization for select to holdfast_auth using (true);
create policy auth_makes_personal_workspaces on organization for insert to holdfast_auth
  with check (personal_user_id is not null);
create policy auth_reads_members on member for select to holdfast_auth using (true);
create policy auth_reads_invitations on invitation for select to holdfast_auth using (true);
--> statement-breakpoint

-- Audit: append by everybody, as themselves; read by security, and by a person of their own.
grant insert on audit_event to holdfast_tenant, holdfast_identity, holdfast_security, holdfast_auth;
grant select on audit_event to holdfast_security;
create policy audit_append on audit_event for insert to holdfast_tenant, holdfast_identity, holdfast_security
  with check (actor_id is not distinct from app_user() and (workspace_id is null or workspace_id = app_workspace()));
create policy audit_append_by_auth on audit_event for insert to holdfast_auth
  with check (workspace_id is null);
-- Foreign keys cascade as the owner of the table, and the triggers that follow append as the owner too.
create policy audit_append_by_cascade on audit_event for insert to holdfast_migrator
  with check (workspace_id is null);
create policy audit_read on audit_event for select to holdfast_security
  using ((select app_reaches_any()) or actor_id = (select app_user()));
--> statement-breakpoint

create function uuid_v7() returns uuid language sql volatile
  return encode(
    set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid;
--> statement-breakpoint

-- /24 of an IPv4 address, /48 of an IPv6 address; anything else is not kept.
create function address_prefix(address text) returns text language plpgsql immutable as $$
begin
  return network(set_masklen(address::inet, case family(address::inet) when 4 then 24 else 48 end))::text;
exception when others then
  return null;
end $$;
--> statement-breakpoint

-- A workspace has an owner from its first moment. SECURITY DEFINER: no role may add members by itself yet.
create function organization_gets_owner() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  insert into member (id, organization_id, user_id, role)
    values (uuid_v7(), new.id, coalesce(new.personal_user_id, app_user()), 'owner');
  return null;
end $$;
--> statement-breakpoint
create policy owner_is_added on member for insert to holdfast_migrator with check (role = 'owner');
--> statement-breakpoint
create trigger organization_gets_owner after insert on organization
  for each row execute function organization_gets_owner();
--> statement-breakpoint

-- No user without a workspace: Better Auth's own after-hooks run after commit, a trigger does not.
create function user_gets_workspace() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare workspace uuid := uuid_v7();
begin
  insert into organization (id, name, slug, personal_user_id)
    values (workspace, 'Personal', workspace::text, new.id);
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.id, 'user_created', 'user', new.id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger user_gets_workspace after insert on "user" for each row execute function user_gets_workspace();
--> statement-breakpoint

create function session_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare row session := coalesce(new, old);
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome, address_prefix)
    values (uuid_v7(), 'user', row.user_id, case tg_op when 'INSERT' then 'authn_login_success' else 'session_terminated' end,
            'session', row.id, 'success', address_prefix(row.ip_address));
  return null;
end $$;
--> statement-breakpoint
create trigger session_is_audited after insert or delete on session
  for each row execute function session_is_audited();
--> statement-breakpoint

create function password_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.user_id, 'authn_password_change', 'user', new.user_id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger password_is_audited after update of password on account
  for each row when (old.password is distinct from new.password) execute function password_is_audited();
--> statement-breakpoint

-- The first-admin link is dead once there is an admin, however that came about.
create function admin_ends_first_admin_link() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  update first_admin_link set used_at = now(), used_by = new.id where used_at is null;
  return null;
end $$;
--> statement-breakpoint
create trigger admin_ends_first_admin_link after insert or update of role on "user"
  for each row when (new.role = 'admin') execute function admin_ends_first_admin_link();
