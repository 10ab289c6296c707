-- Read by who may read the task; written by the trigger alone, so that nobody can announce what did not happen.
alter table task_change enable row level security;
--> statement-breakpoint
alter table task_change force row level security;
--> statement-breakpoint
grant select on task_change to holdfast_tenant;
--> statement-breakpoint
create policy tenant_reach on task_change for select to holdfast_tenant
  using (workspace_id = (select app_workspace()) and ((select app_reaches_any()) or owner_id = (select app_user())));
--> statement-breakpoint
create policy changes_are_noted on task_change for insert to holdfast_migrator
  with check (xid = pg_current_xact_id());
--> statement-breakpoint
-- A workspace that is being deleted takes its tasks along, and has nobody left to tell.
create policy changes_are_of_a_workspace on organization for select to holdfast_migrator using (true);
--> statement-breakpoint

-- SECURITY DEFINER: tasks also change by cascades, of whichever role. The notice wakes streams and says nothing: a
-- listener learns that something happened in a workspace, and who may know what asks the table.
create function task_change_is_noted() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare row task := coalesce(new, old);
begin
  insert into task_change (workspace_id, owner_id, id, task_id, kind, version)
    select row.workspace_id, row.owner_id, uuid_v7(), row.id,
      case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
      case when tg_op <> 'UPDATE' or new.version <> old.version then row.version end
    where exists (select from organization where organization.id = row.workspace_id);
  if found then perform pg_notify('task_change', row.workspace_id::text); end if;
  return null;
end $$;
--> statement-breakpoint
create trigger task_change_is_noted after insert or update or delete on task
  for each row execute function task_change_is_noted();
--> statement-breakpoint

-- Sweeps what no stream may resume from any more; db/changes.ts stops some minutes before. Rows that another sweep holds
-- are skipped, never awaited.
create policy old_changes_are_swept on task_change to holdfast_migrator
  using (at <= now() - interval '1 hour') with check (false);
--> statement-breakpoint
create function forget_old_changes() returns integer language sql volatile
  security definer set search_path = pg_catalog, public as $$
  with swept as (
    delete from task_change where ctid = any (array(
      select ctid from task_change where at <= now() - interval '1 hour'
      order by at limit 1000 for update skip locked))
    returning 1)
  select count(*)::integer from swept;
$$;
--> statement-breakpoint
revoke all on function forget_old_changes() from public;
--> statement-breakpoint
grant execute on function forget_old_changes() to holdfast_tenant;
