-- Another way into an account is written down in the transaction that opens it, as a password is.
create function identity_link_is_audited() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into audit_event (id, actor_kind, actor_id, action, resource_kind, resource_id, outcome)
    values (uuid_v7(), 'user', new.user_id, 'authn_identity_linked', 'user', new.user_id, 'success');
  return null;
end $$;
--> statement-breakpoint
create trigger identity_link_is_audited after insert on account
  for each row when (new.provider_id <> 'credential') execute function identity_link_is_audited();
