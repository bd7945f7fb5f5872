import type { Migrations } from '../../core/migrate.ts'

/**
 * Whom a lawyer may not advise, as keyed digests of names and identity numbers: what lawyers
 * declared, and the parties of bookings. Nobody's desk can read what lawyers declared.
 */
export const legalAidMigrations: Migrations = {
  schema: 'legal_aid',
  steps: {
    '001-parties': `
      create table legal_aid.tie (
        id uuid primary key,
        provider uuid not null references bookings.provider,
        side text not null check (side in ('client', 'opponent')),
        parties text[] not null,
        noted_at timestamptz not null,
        ended_at timestamptz
      );
      create index on legal_aid.tie using gin (parties);
      alter table legal_aid.tie enable row level security;
      create policy see on legal_aid.tie to takao_app using (core.scope() = 'city')
        with check (true);
      create table legal_aid.matter (
        booking uuid primary key references bookings.booking,
        agency text not null references identity.agency,
        topic text,
        applicant text[] not null,
        opponent text[] not null
      );
      create index on legal_aid.matter using gin (applicant);
      create index on legal_aid.matter using gin (opponent);
      alter table legal_aid.matter enable row level security;
      create policy see on legal_aid.matter to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())
        or booking::text = current_setting('takao.record', true)) with check (true);
      grant select, insert, update on all tables in schema legal_aid to takao_app;
      create function legal_aid.barred(of_applicant text[], of_opponent text[], except_booking uuid)
        returns setof uuid
        language sql stable security definer set search_path = legal_aid
        as $$
          select t.provider from legal_aid.tie t
          where t.ended_at is null and (
            (t.side = 'opponent' and t.parties && of_applicant)
            or (t.side = 'client' and t.parties && of_opponent))
          union
          select coalesce(b.provider, d.provider)
          from legal_aid.matter m
          join bookings.booking b on b.id = m.booking
          join bookings.slot s on s.id = b.slot
          left join bookings.duty d
            on d.session = s.session and d.date = s.date and d.seat = b.seat
          where (m.opponent && of_applicant or m.applicant && of_opponent)
            and b.state in ('booked', 'attended') and b.id is distinct from except_booking
            and coalesce(b.provider, d.provider) is not null
        $$;
      grant execute on function legal_aid.barred to takao_app;`,
  },
}
