-- What was refused is appended by the recorder: on behalf of whoever was refused, hence of no caller, and never as done.
create policy refusal_append on audit_event for insert to holdfast_security
  with check (outcome in ('denied', 'failure') and count > 0 and workspace_id is null and resource_id is null
    and (select app_reaches_any()) and (select app_user()) is null and xid = pg_current_xact_id());
--> statement-breakpoint

-- Alerts: appended by the recorder, read by security staff. Of a row only who saw to it can be added, and nothing taken.
alter table alert enable row level security;
--> statement-breakpoint
alter table alert force row level security;
--> statement-breakpoint
grant select, insert on alert to holdfast_security;
grant update (acknowledged_at, acknowledged_by, resolved_at, resolved_by) on alert to holdfast_security;
revoke update, delete, truncate on alert from holdfast_migrator;
--> statement-breakpoint
create policy alert_read on alert for select to holdfast_security using ((select app_reaches_any()));
create policy alert_append on alert for insert to holdfast_security
  with check ((select app_reaches_any()) and (select app_user()) is null and acknowledged_at is null and resolved_at is null);
-- A person, by a call: the recorder sees to nothing.
create policy alert_settle on alert for update to holdfast_security
  using ((select app_reaches_any()) and (select app_user()) is not null);
--> statement-breakpoint

create function alert_is_settled_once() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if (new.acknowledged_at, new.acknowledged_by) is distinct from (old.acknowledged_at, old.acknowledged_by)
      and (old.acknowledged_at is not null or new.acknowledged_by is distinct from app_user())
    or (new.resolved_at, new.resolved_by) is distinct from (old.resolved_at, old.resolved_by)
      and (old.resolved_at is not null or new.resolved_by is distinct from app_user()) then
    raise insufficient_privilege using message = 'an alert is seen to once, by whoever does it';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger alert_is_settled_once before update on alert for each row execute function alert_is_settled_once();
--> statement-breakpoint

-- Whoever becomes an admin, however that came about, past our code too: SECURITY DEFINER, because no role that may write
-- a role may write an alert. One per person and ten minutes, as of the other rules.
create policy alert_append_of_grant on alert for insert to holdfast_migrator with check (rule = 'platform_admin_granted');
--> statement-breakpoint
create function admin_raises_alert() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare this_moment timestamptz := clock_timestamp();
begin
  if tg_op = 'INSERT' or old.role is distinct from new.role then
    insert into alert (id, rule, severity, subject_kind, subject_id, first_at, last_at, window_key)
      values (uuid_v7(), 'platform_admin_granted', 'critical', 'user', new.id, this_moment, this_moment,
        format('platform_admin_granted:%s:%s', new.id, floor(extract(epoch from this_moment) / 600)))
      on conflict do nothing;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger admin_raises_alert after insert or update of role on "user"
  for each row when (new.role = 'admin') execute function admin_raises_alert();
