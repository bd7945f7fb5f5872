import type { Clock } from '../components/tags.tsx'

/** The instant at which the guide's samples happen: 27 November 2020, 12:00 in Taipei. */
export const noon = new Date('2020-11-27T04:00:00Z')

/** A clock in each of its states. */
export const clocks: readonly Clock[] = [
  { state: 'ok', share: 0.3, text: { zh: '剩 5 個工作天', en: '5 working days left' } },
  { state: 'soon', share: 0.85, text: { zh: '剩 6 小時', en: '6 hours left' } },
  { state: 'overdue', share: 1.4, text: { zh: '逾期 2 個工作天', en: '2 working days late' } },
  { state: 'paused', share: 0.5, text: { zh: '等待補正，暫停計時', en: 'Paused: waiting' } },
  { state: 'stopped', share: null, text: { zh: '如期完成', en: 'Finished in time' } },
]

/** A case as a list shows it. */
export type SampleCase = {
  readonly number: string
  readonly subject: string
  readonly place: string
  readonly clock: number
  readonly officer: string
}

/** Cases with short and very long words, and one without an officer. */
export const cases: readonly SampleCase[] = [
  {
    number: '109-1127-00318',
    subject: '路燈不亮',
    place: '海濱路 12 號前',
    clock: 2,
    officer: '林淑芬',
  },
  {
    number: '109-1127-00295',
    subject: '人行道地磚鬆動，下雨時積水，輪椅與嬰兒車無法通過，附近小學的學生每天都要繞到車道上走',
    place: '中正一路與和平街口東北側，公車站牌旁',
    clock: 1,
    officer: '',
  },
  {
    number: '109-1126-01042',
    subject: '水溝堵塞有異味',
    place: '光華里活動中心後方',
    clock: 0,
    officer: '陳建宏',
  },
  {
    number: '109-1125-00007',
    subject: 'https://example.org/a/very/long/address/that/nobody/broke/into/lines/for/us',
    place: '—',
    clock: 3,
    officer: 'Alexandrina Konstantinopolska',
  },
]
