/**
 * Members of staff change by those whose agencies they reach; what a directory outside calls them,
 * and whom a relying system was told of.
 */
export const staffSteps: Readonly<Record<string, string>> = {
  '030-staff': `
    alter table identity.staff add column external_id text, add column changed_at timestamptz;
    update identity.staff set changed_at = now();
    alter table identity.staff alter column changed_at set not null,
      alter column changed_at set default now();
    create unique index on identity.staff (external_id);
    grant delete on identity.role_grant to takao_app;
    alter table identity.staff enable row level security;
    create policy everyone_reads on identity.staff for select to takao_app using (true);
    create policy in_reach on identity.staff for all to takao_app
      using (core.scope() = 'city' or agency = any (core.agencies()))
      with check (core.scope() = 'city' or agency = any (core.agencies()));
    alter table identity.role_grant enable row level security;
    create policy everyone_reads on identity.role_grant for select to takao_app using (true);
    create policy in_reach on identity.role_grant for all to takao_app
      using (core.scope() = 'city' or agency = any (core.agencies()))
      with check (core.scope() = 'city' or agency = any (core.agencies()));
    create policy staff_begins on identity.account for insert to takao_app
      with check (kind = 'staff' and core.scope() = 'agencies');
    create policy staff_in_reach on identity.account for all to takao_app
      using (kind = 'staff' and exists (select from identity.staff s
        where s.id = account.id and s.agency = any (core.agencies())));
    create function identity.end_credentials(account uuid, at timestamptz) returns void
      language sql volatile security definer set search_path = pg_catalog, identity as $$
        update identity.credential c set ended_at = at, lookup = null
        where c.account = end_credentials.account and c.ended_at is null
          and (core.scope() = 'city' or exists (select from identity.staff s
            where s.id = c.account and s.agency = any (core.agencies())))
      $$;
    revoke all on function identity.end_credentials from public;
    grant execute on function identity.end_credentials to takao_app;
    create function identity.staff_taken(login text, email text, external_id text, self text)
      returns table (login_taken boolean, email_taken boolean, external_taken boolean)
      language sql stable security definer set search_path = pg_catalog, identity as $$
        select exists (select from identity.account a
            where a.login = staff_taken.login and a.id::text <> self),
          exists (select from identity.account a where lower(a.email) = lower(staff_taken.email)
            and a.email_verified_at is not null and a.closed_at is null and a.id::text <> self),
          exists (select from identity.staff s
            where s.external_id = staff_taken.external_id and s.id::text <> self)
      $$;
    revoke all on function identity.staff_taken from public;
    grant execute on function identity.staff_taken to takao_app;`,
  '031-sessions': `
    alter table identity.session enable row level security;
    create policy own on identity.session to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    create policy staff_in_reach on identity.session to takao_app
      using (exists (select from identity.staff s
        where s.id = session.account and s.agency = any (core.agencies())))
      with check (false);`,
}
