import type { VNode } from 'preact'
import { may } from '../../core/operation.ts'
import { Tabs } from '../../web/components/words.tsx'
import type { Visit } from '../../web/pages.ts'

const all = [
  {
    href: '/desk/calls',
    label: { zh: '話務台', en: 'Call desk' },
    permission: 'call-centre.record',
  },
  {
    href: '/desk/calls/callbacks',
    label: { zh: '待回電', en: 'Call-backs' },
    permission: 'call-centre.record',
  },
  {
    href: '/desk/calls/board',
    label: { zh: '現況', en: 'Lines now' },
    permission: 'call-centre.supervise',
  },
  {
    href: '/desk/calls/staffing',
    label: { zh: '人力', en: 'Staffing' },
    permission: 'call-centre.supervise',
  },
  {
    href: '/desk/calls/import',
    label: { zh: '匯入', en: 'Import' },
    permission: 'call-centre.import',
  },
  {
    href: '/desk/calls/exchanges',
    label: { zh: '交換機', en: 'Exchanges' },
    permission: 'call-centre.connect',
  },
]

/** The call centre's pages that this person may see. */
export const CallTabs = ({ visit, current }: { visit: Visit; current: string }): VNode => (
  <Tabs
    view={visit.view}
    label={visit.view.t('話務中心', 'Call centre')}
    items={all
      .filter(({ permission }) => may(visit.actor, permission))
      .map(({ href, label }) => ({ href, label, current: href === current }))}
  />
)
