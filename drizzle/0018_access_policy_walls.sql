-- Whether a workspace asks for a second factor decides on the access of each of its members.
create function organization_tells_access() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform tell_access(user_id) from member where organization_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger organization_policy_tells_access after update on organization
  for each row when (old.require_second_factor <> new.require_second_factor)
  execute function organization_tells_access();
