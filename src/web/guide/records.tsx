import type { VNode } from 'preact'
import { StateTag } from '../components/tags.tsx'
import type { TimelineEvent } from '../components/timeline.tsx'
import { Timeline } from '../components/timeline.tsx'
import { SummaryList } from '../components/words.tsx'
import type { View } from '../view.ts'
import { noon } from './samples.ts'

/** Check your answers, and what happened to a case: none, some, with reasons and photographs. */
export const RecordsGuide = ({ view }: { view: View }): VNode => (
  <div class="columns">
    <div>
      <h2>{view.t('送出前請確認', 'Check your answers')}</h2>
      <SummaryList
        view={view}
        rows={[
          {
            label: { zh: '什麼壞了', en: 'What is broken' },
            answer: view.t('路燈', 'Street light'),
            change: '/report',
          },
          {
            label: { zh: '發生什麼事', en: 'What happened' },
            answer: view.t(
              '燈桿 A0312 從星期一晚上開始不亮。\n整條巷子都是暗的，長輩走路很危險。',
              'Pole A0312 has been dark since Monday.\nOld people find the lane dangerous.',
            ),
            change: '/report',
          },
          { label: { zh: '照片', en: 'Photographs' }, answer: null, change: '/report' },
          {
            label: { zh: '狀態', en: 'State' },
            answer: <StateTag view={view} tone="info" label={{ zh: '處理中', en: 'In hand' }} />,
          },
        ]}
      />
    </div>
    <div>
      <h2>{view.t('辦理經過', 'What happened')}</h2>
      <Timeline view={view} events={events(view)} />
      <h2>{view.t('尚無進度', 'Nothing yet')}</h2>
      <Timeline view={view} events={[]} />
    </div>
  </div>
)

const events = (view: View): readonly TimelineEvent[] => [
  {
    at: noon,
    title: { zh: '延長辦理期限', en: 'Time extended' },
    actor: { zh: '工務局', en: 'Public Works' },
    notes: [
      {
        label: { zh: '原因', en: 'Why' },
        text: { zh: '需要另訂燈具，廠商三天後交貨。', en: 'A lamp is on order for three days.' },
      },
      {
        label: { zh: '到何時', en: 'Until' },
        text: { zh: '109年12月4日(五) 17:30', en: 'Fri, 4 Dec 2020 17:30' },
      },
    ],
  },
  {
    at: new Date('2020-11-26T07:25:00Z'),
    title: { zh: '到場勘查', en: 'Site visited' },
    actor: { zh: '工務局養護工程隊', en: 'Public Works, maintenance' },
    said: view.t('燈具燒毀，線路正常。', 'The lamp burnt out; the line is sound.'),
    photos: [
      {
        token: 'p',
        name: view.t('燒毀的燈具', 'The burnt lamp'),
        url: view.assets.island('icon.svg'),
        image: true,
      },
    ],
  },
  {
    at: new Date('2020-11-25T12:03:00Z'),
    title: { zh: '收到報修', en: 'Report received' },
    actor: { zh: '您', en: 'You' },
  },
]
