-- Who is in a workspace, and who may do what there: changed under one lock per workspace, so that whoever decides reads
-- what is so, and two who leave at the same instant come one after the other.
create function lock_members(workspace uuid) returns void language sql volatile
  return pg_advisory_xact_lock(hashtextextended('members of ' || workspace, 0));
--> statement-breakpoint
-- Null for what is no role: nothing compares as enough with it.
create function role_rank(role text) returns integer language sql immutable parallel safe
  return array_position(array['viewer', 'member', 'admin', 'owner'], role);
--> statement-breakpoint
create function is_banned(banned boolean, until timestamptz) returns boolean language sql stable parallel safe
  return coalesce(banned, false) and (until is null or until > now());
--> statement-breakpoint

-- What the functions and triggers below look at as the owner of the tables, row by row, whoever calls.
create policy functions_know_members on member for select to holdfast_migrator using (true);
create policy functions_know_people on "user" for select to holdfast_migrator using (true);
create policy functions_know_invitations on invitation for select to holdfast_migrator using (true);
--> statement-breakpoint

-- Members: a workspace's own, changed by whoever reaches any; everybody may leave.
grant update (role), delete on member to holdfast_identity;
create policy identity_sets_roles on member for update to holdfast_identity
  using (organization_id = (select app_workspace()) and (select app_reaches_any()));
create policy identity_ends_memberships on member for delete to holdfast_identity
  using (organization_id = (select app_workspace()) and ((select app_reaches_any()) or user_id = (select app_user())));
--> statement-breakpoint

-- A role is given and taken by somebody who holds as much, as the table has it now; nobody raises their own. Where nobody
-- calls (Better Auth's login, erasure, operators) there is nobody to hold a role; a deleted workspace takes all along.
create function member_keeps_to_rank() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare
  held integer;
  taken integer := role_rank(old.role);
  given integer := case tg_op when 'UPDATE' then role_rank(new.role) else 0 end;
begin
  if not exists (select from organization where id = old.organization_id) then return old; end if;
  perform lock_members(old.organization_id);
  select role_rank(role) into held from member
    where organization_id = old.organization_id and user_id = app_user();
  if given is null
    or old.user_id = app_user() and given > taken
    or old.user_id <> app_user() and (held >= greatest(given, taken, role_rank('admin'))) is not true then
    raise insufficient_privilege using message = 'a role is given and taken by somebody who holds as much';
  end if;
  return case tg_op when 'UPDATE' then new else old end;
end $$;
--> statement-breakpoint
create trigger member_keeps_to_rank before update of role or delete on member
  for each row when (app_user() is not null) execute function member_keeps_to_rank();
--> statement-breakpoint
-- At the end of the transaction, so that ownership can be handed over within one.
create function workspace_keeps_an_owner() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  perform lock_members(old.organization_id);
  if exists (select from organization where id = old.organization_id)
    and not exists (select from member where organization_id = old.organization_id and role = 'owner') then
    raise insufficient_privilege using message = 'a workspace keeps an owner';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger workspace_keeps_an_owner after update of role or delete on member
  deferrable initially deferred for each row
  when (old.role = 'owner' and app_user() is not null) execute function workspace_keeps_an_owner();
--> statement-breakpoint

-- Invitations: made in one's own name, seen by whoever may make them; the digest of a link is seen by nobody.
grant insert on invitation to holdfast_identity;
grant select (id, organization_id, email, role, status, expires_at, created_at, inviter_id, settled_at)
  on invitation to holdfast_identity;
grant update (status, settled_at) on invitation to holdfast_identity;
create policy identity_sees_invitations on invitation for select to holdfast_identity
  using (organization_id = (select app_workspace()) and ((select app_reaches_any()) or inviter_id = (select app_user())));
create policy identity_invites on invitation for insert to holdfast_identity
  with check (organization_id = (select app_workspace()) and inviter_id = (select app_user()) and status = 'pending');
create policy identity_revokes_invitations on invitation for update to holdfast_identity
  using (organization_id = (select app_workspace()) and ((select app_reaches_any()) or inviter_id = (select app_user()))
    and status = 'pending')
  with check (status = 'revoked');
--> statement-breakpoint

-- What the invited person does. SECURITY DEFINER: the invitation lies in a workspace that they are not in yet, and no
-- policy may ask another table for their address. Each says nothing at all of an invitation that is not theirs.
create policy invited_answers on invitation for update to holdfast_migrator
  using (status = 'pending' and expires_at > now()) with check (status in ('accepted', 'declined'));
create policy invited_joins on member for insert to holdfast_migrator with check (user_id = app_user());
--> statement-breakpoint
-- The caller's address, where it is confirmed.
create function app_confirmed_address() returns text language sql stable
  security definer set search_path = pg_catalog, public as $$
  select lower(email) from "user" where id = app_user() and email_verified;
$$;
--> statement-breakpoint
create function my_invitations(older_than uuid, at_most integer) returns setof json language sql stable
  security definer set search_path = pg_catalog, public as $$
  select json_build_object('id', i.id, 'workspaceName', o.name, 'inviterName', u.name, 'role', i.role,
      'expiresAt', to_char(i.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from invitation i join organization o on o.id = i.organization_id join "user" u on u.id = i.inviter_id
    where i.email = app_confirmed_address() and i.status = 'pending' and i.expires_at > now()
      and (older_than is null or i.id < older_than)
    order by i.id desc limit at_most;
$$;
--> statement-breakpoint
create function accept_invitation(digest text) returns json language plpgsql volatile
  security definer set search_path = pg_catalog, public as $$
declare
  workspace uuid;
  taken invitation;
  joined uuid := uuid_v7();
begin
  select organization_id into workspace from invitation
    where token_digest = digest and email = app_confirmed_address();
  if not found then return null; end if;
  perform lock_members(workspace);
  -- One conditional statement: of any number of uses one finds the invitation pending.
  update invitation i set status = 'accepted', settled_at = now()
    where i.token_digest = digest and i.email = app_confirmed_address()
      and i.status = 'pending' and i.expires_at > now()
      and exists (select from organization o where o.id = i.organization_id and o.personal_user_id is null)
      and not exists (select from member m where m.organization_id = i.organization_id and m.user_id = app_user())
      and exists (select from member m join "user" u on u.id = m.user_id
        where m.organization_id = i.organization_id and m.user_id = i.inviter_id
          and role_rank(m.role) >= greatest(role_rank(i.role), role_rank('admin'))
          and not is_banned(u.banned, u.ban_expires))
    returning * into taken;
  if not found then return null; end if;
  insert into member (id, organization_id, user_id, role)
    values (joined, taken.organization_id, app_user(), taken.role);
  return json_build_object('id', taken.id, 'workspaceId', taken.organization_id, 'memberId', joined, 'role', taken.role);
end $$;
--> statement-breakpoint
create function decline_invitation(digest text) returns uuid language sql volatile
  security definer set search_path = pg_catalog, public as $$
  update invitation set status = 'declined', settled_at = now()
    where token_digest = digest and email = app_confirmed_address() and status = 'pending' and expires_at > now()
    returning id;
$$;
--> statement-breakpoint
revoke all on function app_confirmed_address(), my_invitations(uuid, integer), accept_invitation(text),
  decline_invitation(text) from public;
grant execute on function my_invitations(uuid, integer), accept_invitation(text), decline_invitation(text)
  to holdfast_identity;
--> statement-breakpoint

-- People of the platform. The policy knows only how far a grant reaches; that it is an admin's is read by the trigger.
grant select (ban_reason) on "user" to holdfast_identity;
grant update (banned, ban_reason, ban_expires) on "user" to holdfast_identity;
create policy identity_governs_people on "user" for update to holdfast_identity using ((select app_reaches_any()));
--> statement-breakpoint
create function is_governed() returns boolean language sql stable
  security definer set search_path = pg_catalog, public as $$
  select app_reaches_any() and exists (
    select from "user" where id = app_user() and role = 'admin' and not is_banned(banned, ban_expires));
$$;
--> statement-breakpoint
revoke all on function is_governed() from public;
grant execute on function is_governed() to holdfast_identity;
--> statement-breakpoint
-- Others are changed by admins, as the table has it now. Rights of one's own nobody changes, but for the first admin,
-- whose link is spent by the same transaction.
create function rights_are_governed() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.id <> app_user() then
    if is_governed() then return new; end if;
  elsif (new.role, new.banned, new.ban_reason, new.ban_expires)
    is not distinct from (old.role, old.banned, old.ban_reason, old.ban_expires) then return new;
  elsif (new.banned, new.ban_reason, new.ban_expires) is not distinct from (old.banned, old.ban_reason, old.ban_expires)
    and exists (select from first_admin_link where used_by = new.id and used_at = now()) then return new;
  end if;
  raise insufficient_privilege using message = 'rights are given and taken by another person, who is an admin';
end $$;
--> statement-breakpoint
create trigger rights_are_governed before update on "user"
  for each row when (app_user() is not null) execute function rights_are_governed();
--> statement-breakpoint
-- Sessions hold tokens: no role of the guard's may read, count or delete them. An admin may end all of one person's.
create function end_sessions(person uuid) returns integer language plpgsql volatile
  security definer set search_path = pg_catalog, public as $$
declare ended integer;
begin
  if not is_governed() then raise insufficient_privilege using message = 'sessions of others are ended by admins'; end if;
  delete from session where user_id = person;
  get diagnostics ended = row_count;
  return ended;
end $$;
--> statement-breakpoint
revoke all on function end_sessions(uuid) from public;
grant execute on function end_sessions(uuid) to holdfast_identity;
