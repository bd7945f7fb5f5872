import { formatNumber, halfYear, taipei } from '../../../core/format.ts'
import type { Text } from '../../../core/i18n.ts'
import type { ReportFigure } from './document.ts'
import type { ReportMeta } from './facts.ts'
import { type Filling, fillTemplate } from './template.ts'

/** A small template that uses everything the language has. For tests of the renderers. */
export const sampleTemplate = `---
title: 測試報告
chapter: 27
section: 5
names:
  hotline: 1999 | 專線號碼
---
# 研考

## 聯合服務

本期（{{period}}）受理**{{F067}}件**，
自{{F073|month}}起服務；資料截至{{asof}}。

### <話務> & {{name hotline}}

- 會議{{F080}}場
- 通話
  - 每月{{F076}}通
`

const figure = (id: string, title: Text, unit: string, value: number | string): ReportFigure => ({
  id,
  title,
  unit,
  value,
  status: 'computed',
  text: {
    zh: typeof value === 'number' ? formatNumber(value, 'zh') : value,
    en: typeof value === 'number' ? formatNumber(value, 'en') : value,
  },
  window: { ...halfYear('109H2'), asOf: taipei('2021-01-20') },
  rows: 52774,
  root: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
})

/** The figures that the sample names: three computed, one not yet. */
export const sampleFigures: readonly ReportFigure[] = [
  figure('F067', { zh: '派工通報', en: 'Dispatch reports' }, 'case', 52774),
  figure('F073', { zh: '專線啟用日', en: 'Start of the line' }, 'date', '2008-04-01'),
  figure('F076', { zh: '月平均通數', en: 'Calls a month' }, 'call/month', 70710),
  {
    id: 'F080',
    title: { zh: '委員會會議', en: 'Committee meetings' },
    unit: 'meeting',
    value: null,
    status: 'not-yet',
    text: { zh: '', en: '' },
  },
]

/** What the sample is filled with. */
export const sampleFilling: Filling = {
  locale: 'zh',
  period: '109H2',
  asOf: taipei('2021-01-20'),
  figures: new Map(sampleFigures.map((each) => [each.id, each])),
}

/** The sample, filled. */
export const sampleDocument = fillTemplate(sampleTemplate, sampleFilling)

/** What the printed sample says about itself. */
export const sampleMeta: ReportMeta = {
  locale: 'zh',
  author: '研考會 <測試>',
  version: '1',
  asOf: taipei('2021-01-20'),
  root: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  href: (id) => `https://city.example/figures/${id}?version=1&lang=zh`,
}
