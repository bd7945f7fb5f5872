import { sql } from 'kysely'
import type { EvidenceRow, Figure, Window } from '../../kernel/figures/figure.ts'
import { registerColumns, registered } from '../../kernel/figures/register.ts'

const inForce = ({ to }: Window) => sql<EvidenceRow>`
  select code as key, category, inspect_unit, inspect_budget, repair_unit, repair_budget
  from supervision.item
  where in_force_from < ${to} and (in_force_to is null or in_force_to >= ${to})`

const itemColumns = [
  ...['category', 'inspect_unit', 'inspect_budget', 'repair_unit', 'repair_budget'],
]

/** What the council report says of citizen supervision. Section 四(二). */
export const supervisionFigures: readonly Figure[] = [
  {
    id: 'F056',
    title: { zh: '督工通報大類', en: 'Categories of reports' },
    unit: 'category',
    kind: 'stock',
    system: 'citizen-supervision',
    window: 'end',
    rows: inForce,
    measure: 'count(distinct category)',
    publicColumns: itemColumns,
  },
  {
    id: 'F057',
    title: { zh: '訂有期限的小項', en: 'Kinds with deadlines' },
    unit: 'item',
    kind: 'stock',
    system: 'citizen-supervision',
    window: 'end',
    rows: inForce,
    measure: 'count(*) filter (where inspect_budget > 0 and repair_budget > 0)',
    publicColumns: itemColumns,
  },
  {
    id: 'F058',
    title: { zh: '督工通報案件', en: 'Reports about public works' },
    unit: 'case',
    kind: 'flow',
    system: 'citizen-supervision',
    window: 'report',
    rows: (window) => registered('supervision', window),
    measure: 'count(*)',
    publicColumns: registerColumns,
  },
  {
    id: 'F059',
    title: { zh: '其中已辦結', en: 'Of them finished' },
    unit: 'case',
    kind: 'flow',
    system: 'citizen-supervision',
    window: 'report',
    rows: (window) => sql<EvidenceRow>`
      select r.*, coalesce((select e.data ->> 'state' from core.event e
          join cases.register k on k.case_id = e.record
          where k.no = r.key and e.at < ${window.asOf} and e.data ? 'state'
          order by e.seq desc limit 1), 'received') as state
      from (${registered('supervision', window)}) r`,
    measure: `count(*) filter (where state in ('done', 'closed'))`,
    publicColumns: [...registerColumns, 'state'],
    note: {
      zh: '本期收件中，截止時最後狀態為已改善回覆或已結案的件數。',
      en: 'Of those received in the period, those mended or closed by the cut-off.',
    },
  },
]
