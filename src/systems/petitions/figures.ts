import type { Figure } from '../../kernel/figures/figure.ts'
import { registerColumns, registered } from '../../kernel/figures/register.ts'

/** What the council report counts of petitions. Section 五(二). */
export const petitionFigures: readonly Figure[] = [
  {
    id: 'F068',
    title: { zh: '人民陳情案件', en: 'Petitions' },
    unit: 'case',
    kind: 'flow',
    system: 'petitions',
    window: 'report',
    rows: (window) => registered('petitions', window),
    measure: 'count(*)',
    publicColumns: registerColumns,
  },
]
