-- Signing keys and refresh tokens: Better Auth's login alone reaches them. What must be whole or not at all is one
-- function, hence one statement: no connection is held between two of them, and none can be lost there.

grant select, insert, update, delete on jwks, refresh_token to holdfast_auth;
--> statement-breakpoint

-- However many processes find that a key is wanted, one makes it: the lock first, then a fresh look.
create function signing_key_add(
  kid uuid, public_half text, private_half text, occasion text, lead_s integer, verifies_on_s integer, every_s integer
) returns uuid language plpgsql set search_path = pg_catalog, public as $$
declare
  this_moment timestamptz;
  starts timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('holdfast.signing_key'));
  this_moment := clock_timestamp();
  starts := this_moment + make_interval(secs => lead_s);
  if (case occasion
    when 'missing' then exists (select from jwks where expires_at is null)
    when 'scheduled' then exists (select from jwks where signs_from > this_moment - make_interval(secs => every_s))
    else exists (select from jwks where signs_from > this_moment and expires_at is null)
  end) then
    return null;
  end if;
  update jwks set expires_at = starts + make_interval(secs => verifies_on_s) where expires_at is null;
  insert into jwks (id, public_key, private_key, alg, created_at, signs_from)
    values (kid, public_half, private_half, 'RS256', this_moment, starts);
  delete from jwks where expires_at < this_moment - interval '30 days';
  return kid;
end $$;
--> statement-breakpoint
create function signing_key_retire(kid uuid) returns boolean language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_advisory_xact_lock(hashtext('holdfast.signing_key'));
  update jwks set expires_at = clock_timestamp(), private_key = ''
    where id = kid and (expires_at is null or expires_at > clock_timestamp());
  return found;
end $$;
--> statement-breakpoint

create function signing_key_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'system', case tg_op when 'INSERT' then 'signing_key_created' else 'signing_key_retired' end,
            'signing_key', new.id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger signing_key_is_audited after insert on jwks for each row execute function signing_key_is_audited();
create trigger signing_key_end_is_audited after update on jwks
  for each row when (new.private_key = '' and old.private_key <> '') execute function signing_key_is_audited();
--> statement-breakpoint

-- On the channel that every process listens to already; the topic tells it apart.
create function signing_keys_ring() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('task_change', 'jwks');
  return null;
end $$;
--> statement-breakpoint
create trigger signing_keys_ring after insert or update or delete on jwks
  for each statement execute function signing_keys_ring();
--> statement-breakpoint

create function refresh_family_begin(
  new_session uuid, new_session_token text, whose uuid, new_token uuid, presented text,
  device text, prefix text, with_second_factor boolean, idle_s integer, lifetime_s integer
) returns void language plpgsql set search_path = pg_catalog, public as $$
declare
  this_moment timestamptz := clock_timestamp();
  ends timestamptz := this_moment + make_interval(secs => lifetime_s);
begin
  insert into session (id, token, user_id, expires_at, ip_address, user_agent, second_factor_at)
    values (new_session, new_session_token, whose, ends, prefix, device, case when with_second_factor then this_moment end);
  insert into refresh_token (id, digest, family_id, session_id, expires_at, ends_at)
    values (new_token, presented, new_token, new_session, this_moment + make_interval(secs => idle_s), ends);
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome, address_prefix)
    values (uuid_v7(), 'user', whose, 'authn_token_created', 'session', new_session, 'success', prefix);
end $$;
--> statement-breakpoint

-- Takes a refresh token for its successor. Ending a session locks the session and then its tokens: here it is the same
-- order, so that neither waits for the other. Nothing is answered for a token that is unknown or over.
create function refresh_token_use(
  presented text, client text, prefix text, new_token uuid, successor text, idle_s integer, repeat_s integer,
  out outcome text, out whose uuid, out of_session uuid, out taken_at timestamptz, out successor_is text
) language plpgsql set search_path = pg_catalog, public as $$
declare
  token refresh_token;
  this_moment timestamptz;
begin
  select s.id, s.user_id into of_session, whose from session s
    where s.id = (select t.session_id from refresh_token t where t.digest = presented) and s.expires_at > now()
    for no key update;
  if not found then return; end if;
  select * into token from refresh_token t where t.digest = presented;
  this_moment := clock_timestamp();
  if token.id is null or least(token.expires_at, token.ends_at) <= this_moment then return; end if;

  if token.used_at is null then
    insert into refresh_token (id, digest, family_id, session_id, parent_id, expires_at, ends_at)
      values (new_token, successor, token.family_id, token.session_id, token.id,
              least(this_moment + make_interval(secs => idle_s), token.ends_at), token.ends_at);
    update refresh_token set used_at = this_moment, used_by = client, successor_digest = successor where id = token.id;
    outcome := 'taken';
    taken_at := this_moment;
    successor_is := successor;
    return;
  end if;

  if token.used_by = client and token.used_at > this_moment - make_interval(secs => repeat_s)
    and exists (select from refresh_token t where t.digest = token.successor_digest and t.used_at is null) then
    outcome := 'repeated';
    taken_at := token.used_at;
    successor_is := token.successor_digest;
    return;
  end if;

  -- Two hold it. With the session goes the whole family.
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome, address_prefix)
    values (uuid_v7(), 'user', whose, 'authn_token_reuse', 'session', of_session, 'failure', prefix);
  delete from session where id = of_session;
  outcome := 'reused';
end $$;
--> statement-breakpoint

create function refresh_token_revoke(presented text, prefix text) returns boolean
  language plpgsql set search_path = pg_catalog, public as $$
declare
  of_session uuid;
  whose uuid;
begin
  delete from session where id = (select t.session_id from refresh_token t where t.digest = presented)
    returning id, user_id into of_session, whose;
  if not found then return false; end if;
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome, address_prefix)
    values (uuid_v7(), 'user', whose, 'authn_token_revoked', 'session', of_session, 'success', prefix);
  return true;
end $$;
