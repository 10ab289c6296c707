/**
 * The tables of the peers, in a schema and with a login of their own: Better Auth's as its generator writes them, and
 * the same tasks without workspaces. The index is the one that their query wants.
 */
export const PEER_TABLES = `
create role bench login password 'PASSWORD';
create schema bench authorization bench;
alter role bench set search_path = bench;
grant connect on database holdfast to bench;

create table bench."user" (
  id uuid primary key, name text not null, email text not null unique, email_verified boolean not null default false,
  image text, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table bench.session (
  id uuid primary key, expires_at timestamptz not null, token text not null unique,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  ip_address text, user_agent text, user_id uuid not null references bench."user" on delete cascade);
create index on bench.session (user_id);
create table bench.account (
  id uuid primary key, account_id text not null, provider_id text not null,
  user_id uuid not null references bench."user" on delete cascade, access_token text, refresh_token text, id_token text,
  access_token_expires_at timestamptz, refresh_token_expires_at timestamptz, scope text, password text,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create index on bench.account (user_id);
create table bench.verification (
  id uuid primary key, identifier text not null, value text not null, expires_at timestamptz not null,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create index on bench.verification (identifier);
create table bench.task (
  id uuid primary key default uuidv7(), owner_id uuid not null, project_id uuid, assignee_id uuid,
  title text not null, description text not null default '', status text not null default 'todo',
  priority text not null default 'normal', due_at timestamptz, position text not null default 'a0',
  version integer not null default 1, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());

insert into bench."user" select id, name, email, email_verified, image, created_at, updated_at from public."user";
insert into bench.session
  select id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id from public.session;
insert into bench.account
  select id, account_id, provider_id, user_id, access_token, refresh_token, id_token, access_token_expires_at,
    refresh_token_expires_at, scope, password, created_at, updated_at from public.account;
insert into bench.task
  select id, owner_id, project_id, assignee_id, title, description, status, priority, due_at, position, version,
    created_at, updated_at from public.task order by id;
create index on bench.task (owner_id, id);
alter table bench.task add foreign key (owner_id) references bench."user" (id);
grant select, insert, update, delete on all tables in schema bench to bench;
`;
