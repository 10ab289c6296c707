-- Processes keep in memory who may do what. Whatever takes a right away, or gives one, says whose it was in the same
-- transaction: PostgreSQL delivers it after the commit, to whoever listens, once for each person.
create function tell_access(subject uuid) returns void language sql
  return pg_notify('access_change', subject::text);
--> statement-breakpoint

create function session_tells_access() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform tell_access(old.user_id);
  return null;
end $$;
--> statement-breakpoint
create trigger session_end_tells_access after delete on session
  for each row execute function session_tells_access();
--> statement-breakpoint
-- A session that lives longer, or was seen again, is no news.
create trigger session_change_tells_access after update on session
  for each row when (
    old.token <> new.token or old.user_id <> new.user_id or new.expires_at < old.expires_at
    or old.second_factor_at is distinct from new.second_factor_at or old.proven_at is distinct from new.proven_at)
  execute function session_tells_access();
--> statement-breakpoint

create function user_tells_access() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform tell_access(old.id);
  return null;
end $$;
--> statement-breakpoint
create trigger user_end_tells_access after delete on "user" for each row execute function user_tells_access();
--> statement-breakpoint
create trigger user_change_tells_access after update on "user"
  for each row when (
    old.role is distinct from new.role or old.banned is distinct from new.banned
    or old.ban_expires is distinct from new.ban_expires)
  execute function user_tells_access();
--> statement-breakpoint

create function member_tells_access() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op <> 'INSERT' then perform tell_access(old.user_id); end if;
  if tg_op <> 'DELETE' then perform tell_access(new.user_id); end if;
  return null;
end $$;
--> statement-breakpoint
create trigger member_tells_access after insert or update or delete on member
  for each row execute function member_tells_access();
