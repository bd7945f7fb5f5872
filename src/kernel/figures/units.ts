import type { Text } from '../../core/i18n.ts'

/** What a unit is called behind a number: `unitName('case')` → 件, cases. Unknown ones stay. */
export const unitName = (unit: string): Text => units[unit] ?? { zh: unit, en: unit }

const units: Record<string, Text> = {
  agency: { zh: '機關', en: 'agencies' },
  call: { zh: '通', en: 'calls' },
  'call/month': { zh: '通／月', en: 'calls a month' },
  case: { zh: '件', en: 'cases' },
  category: { zh: '類', en: 'categories' },
  dataset: { zh: '項資料集', en: 'datasets' },
  date: { zh: '日期', en: 'date' },
  day: { zh: '日', en: 'days' },
  hour: { zh: '小時', en: 'hours' },
  item: { zh: '項', en: 'items' },
  login: { zh: '人次', en: 'sign-ins' },
  meeting: { zh: '場會議', en: 'meetings' },
  method: { zh: '種', en: 'methods' },
  month: { zh: '月', en: 'month' },
  pct: { zh: '%', en: '%' },
  'pct-point': { zh: '百分點', en: 'percentage points' },
  person: { zh: '人', en: 'people' },
  'person-time': { zh: '人次', en: 'visits' },
  question: { zh: '題', en: 'questions' },
  score: { zh: '分', en: 'points' },
  service: { zh: '項服務', en: 'services' },
  session: { zh: '場', en: 'sessions' },
  site: { zh: '處', en: 'sites' },
  system: { zh: '個系統', en: 'systems' },
  time: { zh: '時段', en: 'hours of the day' },
  TWD: { zh: '元', en: 'NT$' },
  year: { zh: '年', en: 'year' },
}
