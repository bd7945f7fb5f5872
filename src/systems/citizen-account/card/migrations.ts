import type { Migrations } from '../../../core/migrate.ts'

/**
 * Cards of people. A status (`list`, `index`) is a place in a published list and says nothing of
 * whose it is; credentials of any format may take one. A card's number is kept as a keyed digest.
 */
export const cardMigrations: Migrations = {
  schema: 'citizen_card',
  steps: {
    '001-cards': `
      create table citizen_card.signing_key (
        kid text primary key check (kid ~ '^[0-9a-f]{16}$'),
        record uuid not null unique,
        sealed text not null,
        public jsonb not null,
        published_at timestamptz not null,
        signs_from timestamptz not null,
        signs_to timestamptz not null,
        removed_at timestamptz
      );
      create table citizen_card.list (
        number int primary key,
        taken int not null
      );
      insert into citizen_card.list values (0, 0);
      create table citizen_card.status (
        list int not null references citizen_card.list,
        index int not null check (index >= 0),
        status int not null default 0 check (status between 0 and 2),
        primary key (list, index)
      );
      create index on citizen_card.status (list) where status > 0;
      create table citizen_card.card (
        id uuid primary key,
        account uuid not null references identity.account,
        kind text not null check (kind in ('physical', 'virtual')),
        state text not null check (state in ('active', 'suspended', 'ended')),
        number bytea,
        last_four text,
        list int not null,
        index int not null,
        issued_at timestamptz not null,
        ended_at timestamptz,
        foreign key (list, index) references citizen_card.status,
        unique (list, index),
        check ((kind = 'physical') = (number is not null)),
        check ((number is null) = (last_four is null)),
        check ((state = 'ended') = (ended_at is not null))
      );
      create index on citizen_card.card (account, issued_at);
      create unique index on citizen_card.card (number) where state <> 'ended';
      create unique index on citizen_card.card (account)
        where kind = 'virtual' and state <> 'ended';
      create table citizen_card.card_key (
        id uuid primary key,
        card uuid not null references citizen_card.card,
        account uuid not null references identity.account,
        x bytea not null unique check (length(x) = 32),
        y bytea not null check (length(y) = 32),
        created_at timestamptz not null
      );
      create index on citizen_card.card_key (card);
      create index on citizen_card.card_key (account);
      alter table citizen_card.card enable row level security;
      alter table citizen_card.card_key enable row level security;
      create policy own on citizen_card.card to takao_app
        using (core.scope() = 'city' or account::text = core.person())
        with check (core.scope() = 'city' or account::text = core.person());
      create policy own on citizen_card.card_key to takao_app
        using (core.scope() = 'city' or account::text = core.person())
        with check (core.scope() = 'city' or account::text = core.person());
      grant select, insert, update on citizen_card.card, citizen_card.signing_key,
        citizen_card.list, citizen_card.status to takao_app;
      grant select, insert, delete on citizen_card.card_key to takao_app;`,
    '002-wallets': `
      create table citizen_card.wallet_card (
        id uuid primary key,
        account uuid not null references identity.account,
        jkt text not null,
        list int not null,
        index int not null,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        foreign key (list, index) references citizen_card.status,
        unique (list, index)
      );
      create index on citizen_card.wallet_card (account, issued_at);
      alter table citizen_card.wallet_card enable row level security;
      create policy own on citizen_card.wallet_card to takao_app
        using (core.scope() = 'city' or account::text = core.person())
        with check (core.scope() = 'city' or account::text = core.person());
      grant select, insert, update on citizen_card.wallet_card to takao_app;`,
  },
}
