import { sql } from 'kysely'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'

/** What the council report says of signing in. Sections 六(二)1 and 六(二)4. */
export const signInFigures: readonly Figure[] = [
  {
    id: 'F096',
    title: { zh: '市民註冊及登入方式', en: 'Ways for citizens to register' },
    unit: 'method',
    kind: 'stock',
    system: 'citizen-account',
    window: 'end',
    rows: ({ to }) => sql<EvidenceRow>`
      select code as key, code as method, enabled_from from single_sign_on.method
      where registers and enabled_from < ${to} and (enabled_to is null or enabled_to >= ${to})`,
    measure: 'count(*)',
    publicColumns: ['method', 'enabled_from'],
    note: {
      zh: '期末可以用來註冊市民帳號的方式：Google、Facebook、LINE 與自然人憑證。',
      en: 'What a citizen can register with at the end of the period.',
    },
  },
  {
    id: 'F107',
    title: { zh: '使用單一帳號認證的系統', en: 'Systems that sign in through the city' },
    unit: 'system',
    kind: 'cumulative',
    system: 'single-sign-on',
    window: 'cumulative',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select id as key, agency, audience, rating, level, live_from from single_sign_on.counted
      where live_from < ${to} and (ended_at is null or ended_at >= ${to})
        and recorded_at < ${asOf}`,
    measure: 'count(*)',
    publicColumns: ['agency', 'audience', 'rating', 'level', 'live_from'],
    note: {
      zh: '期末已上線、尚未終止的介接系統；本平臺自己的網頁不算。',
      en: 'Live at the end of the period; our own pages are not counted.',
    },
  },
  {
    id: 'F108',
    title: { zh: '單一帳號登入人次', en: 'Sign-ins through the city' },
    unit: 'login',
    kind: 'sum',
    system: 'single-sign-on',
    window: 'year',
    rows: ({ from, to, asOf }) => sql<EvidenceRow>`
      select c.id::text as key, c.system, c.agency, c.level, c.at
      from identity.counted_sign_in c
      where c.at >= ${from} and c.at < ${to} and c.system <> 'portal'
        and c.recorded_at < ${asOf} and (c.annulled_at is null or c.annulled_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['system', 'agency', 'level', 'at'],
    note: {
      zh: '文件未寫明期間；此處採全年（1 月 1 日至 12 月 31 日），每登入一個系統算一人次。',
      en: 'The document leaves the window open; this takes the calendar year, one for each system.',
    },
  },
  {
    id: 'F109',
    title: { zh: '驗證模組', en: 'Ways to prove who one is' },
    unit: 'method',
    kind: 'stock',
    system: 'single-sign-on',
    window: 'end',
    rows: ({ to }) => sql<EvidenceRow>`
      select code as key, code as method, enabled_from from single_sign_on.method
      where enabled_from < ${to} and (enabled_to is null or enabled_to >= ${to})`,
    measure: 'count(*)',
    publicColumns: ['method', 'enabled_from'],
  },
]
