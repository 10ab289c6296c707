-- What keys and service accounts may do is kept in memory too: under their owner's id, or the account's.
create function apikey_tells_access() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform tell_access(old.reference_id);
  return null;
end $$;
--> statement-breakpoint
create trigger apikey_end_tells_access after delete on apikey for each row execute function apikey_tells_access();
--> statement-breakpoint
-- That a key was used is no news.
create trigger apikey_change_tells_access after update on apikey
  for each row when (
    old.key <> new.key or old.enabled <> new.enabled or old.expires_at <> new.expires_at
    or old.revoked_at is distinct from new.revoked_at or old.permissions <> new.permissions)
  execute function apikey_tells_access();
--> statement-breakpoint
create function service_account_tells_access() returns trigger language plpgsql
  set search_path = pg_catalog, public as $$
begin
  perform tell_access(old.id);
  return null;
end $$;
--> statement-breakpoint
create trigger service_account_tells_access after update or delete on service_account
  for each row execute function service_account_tells_access();
