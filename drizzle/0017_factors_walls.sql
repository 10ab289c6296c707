-- Second factors. Better Auth's login alone keeps them; who has one gets no session without it, whatever the code says.
grant select, insert, update, delete on totp, recovery_code, second_step, passkey to holdfast_auth;
--> statement-breakpoint
-- The owner of a workspace may ask for a second factor; the policy that lets them rename it holds for this as well.
grant update (require_second_factor) on organization to holdfast_identity;
--> statement-breakpoint

create function has_second_factor(person uuid) returns boolean language sql volatile
  return exists (select from totp where user_id = person and confirmed_at is not null)
    or exists (select from passkey where user_id = person);
--> statement-breakpoint

-- A session that begins and a factor that is set at once wait for each other on the person's row: whichever comes
-- second sees the first.
create function session_needs_second_factor() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  perform from "user" where id = new.user_id for share;
  if has_second_factor(new.user_id) then
    raise 'a session of this person begins with a second factor' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger session_needs_second_factor before insert on session
  for each row when (new.second_factor_at is null) execute function session_needs_second_factor();
--> statement-breakpoint

create function factor_waits_for_sessions() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  perform from "user" where id = new.user_id for no key update;
  return new;
end $$;
--> statement-breakpoint
create trigger factor_waits_for_sessions before update of confirmed_at on totp
  for each row execute function factor_waits_for_sessions();
--> statement-breakpoint
create trigger factor_waits_for_sessions before insert on passkey
  for each row execute function factor_waits_for_sessions();
--> statement-breakpoint

-- Sessions that one factor began end when there is a second; the one that set it has been marked before.
create function factor_is_set() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.user_id, tg_argv[0], 'user', new.user_id, 'success');
  delete from session where user_id = new.user_id and second_factor_at is null;
  return null;
end $$;
--> statement-breakpoint
-- A row comes unconfirmed: nothing counts before a code was shown.
alter table totp add constraint totp_is_confirmed_by_a_code check (confirmed_at is null or last_step is not null);
--> statement-breakpoint
create trigger totp_is_set after update of confirmed_at on totp
  for each row when (old.confirmed_at is null and new.confirmed_at is not null)
  execute function factor_is_set('authn_totp_added');
--> statement-breakpoint
create trigger passkey_is_set after insert on passkey
  for each row execute function factor_is_set('authn_passkey_added');
--> statement-breakpoint

-- Where no factor is left, no session has one, and there is nothing to recover.
create function factor_is_removed() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', old.user_id, tg_argv[0], 'user', old.user_id, 'success');
  if not has_second_factor(old.user_id) then
    update session set second_factor_at = null where user_id = old.user_id and second_factor_at is not null;
    delete from recovery_code where user_id = old.user_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger totp_is_removed after delete on totp
  for each row when (old.confirmed_at is not null) execute function factor_is_removed('authn_totp_removed');
--> statement-breakpoint
create trigger passkey_is_removed after delete on passkey
  for each row execute function factor_is_removed('authn_passkey_removed');
--> statement-breakpoint

create function recovery_code_is_audited() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.user_id, 'authn_recovery_code_used', 'user', new.user_id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger recovery_code_is_audited after update of used_at on recovery_code
  for each row when (old.used_at is null and new.used_at is not null) execute function recovery_code_is_audited();
--> statement-breakpoint
create function recovery_codes_are_audited() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    select uuid_v7(), 'user', user_id, 'authn_recovery_codes_renewed', 'user', user_id, 'success'
      from (select distinct user_id from added) as whose;
  return null;
end $$;
--> statement-breakpoint
create trigger recovery_codes_are_audited after insert on recovery_code referencing new table as added
  for each statement execute function recovery_codes_are_audited();
--> statement-breakpoint

create function proof_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.user_id, 'authn_step_up', 'session', new.id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger proof_is_audited after update of proven_at on session
  for each row when (new.proven_at is distinct from old.proven_at) execute function proof_is_audited();
--> statement-breakpoint

-- The row of an erased person stays, their factors do not.
create function erased_person_has_no_factor() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  delete from second_step where user_id = new.id;
  delete from totp where user_id = new.id;
  delete from passkey where user_id = new.id;
  delete from recovery_code where user_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger erased_person_has_no_factor after update of ban_reason on "user"
  for each row when (new.ban_reason = 'erased') execute function erased_person_has_no_factor();
