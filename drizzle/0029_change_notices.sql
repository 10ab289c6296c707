-- NOTIFY takes a lock of the whole database from the start of COMMIT until it is on the disk: with it in each change, changes
-- of all workspaces waited for each other's disk. Whoever works under the guard in a workspace rings for it behind the commit
-- (db/notifier.ts); what changes by other ways, or elsewhere, is told by the transaction, as before.
create or replace function task_change_is_noted() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare row task := coalesce(new, old);
begin
  insert into task_change (workspace_id, owner_id, id, task_id, kind, version)
    select row.workspace_id, row.owner_id, uuid_v7(), row.id,
      case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
      case when tg_op <> 'UPDATE' or new.version <> old.version then row.version end
    where exists (select from organization where organization.id = row.workspace_id);
  if found and row.workspace_id is distinct from app_workspace() then
    perform pg_notify('task_change', row.workspace_id::text);
  end if;
  return null;
end $$;
