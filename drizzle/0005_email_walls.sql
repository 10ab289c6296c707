-- A confirmed address lets its owner sign in: it is written down in the transaction that confirms it, as a password is.
create function email_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.id, 'user_email_verified', 'user', new.id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger email_is_audited after update of email_verified on "user"
  for each row when (new.email_verified and not old.email_verified) execute function email_is_audited();
