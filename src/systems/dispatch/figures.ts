import type { Figure } from '../../kernel/figures/figure.ts'
import { registerColumns, registered } from '../../kernel/figures/register.ts'

/** What the council report counts of dispatch reports. Section 五(二). */
export const dispatchFigures: readonly Figure[] = [
  {
    id: 'F067',
    title: { zh: '派工通報案件', en: 'Dispatch reports' },
    unit: 'case',
    kind: 'flow',
    system: 'dispatch',
    window: 'report',
    rows: (window) => registered('dispatch', window),
    measure: 'count(*)',
    publicColumns: registerColumns,
  },
]
