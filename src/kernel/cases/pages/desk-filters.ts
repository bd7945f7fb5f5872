import type { City } from '../../../core/city.ts'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Directory } from '../../identity/directory.ts'
import type { CaseType } from '../define.ts'
import { cityPlaces } from '../pack.ts'
import { priorities, priorityTitles } from '../priority.ts'
import { noDistrict } from '../queries.ts'

/** What an inbox can be narrowed by. */
export function inboxSchema(type: CaseType, city: City, agencies: Directory): ObjectSchema {
  const yes = [{ value: '1', label: { zh: '是', en: 'Yes' } }]
  return {
    properties: {
      q: { type: 'string', maxLength: 100, title: { zh: '字詞', en: 'Words' }, widget: 'text' },
      state: {
        title: { zh: '狀態', en: 'State' },
        widget: 'select',
        options: Object.entries(type.states).map(([value, { title }]) => ({ value, label: title })),
      },
      item: {
        title: { zh: '項目', en: 'Kind' },
        widget: 'select',
        options: type.items(city).map(({ code, name }) => ({ value: code, label: name })),
      },
      agency: {
        title: { zh: '機關', en: 'Agency' },
        widget: 'select',
        options: agencies.all.map(({ id, name }) => ({ value: id, label: name })),
      },
      district: {
        title: { zh: '行政區', en: 'District' },
        widget: 'select',
        options: [
          ...cityPlaces(city).districts.map(({ code, name }) => ({ value: code, label: name })),
          { value: noDistrict, label: { zh: '沒有地點', en: 'Without a place' } },
        ],
      },
      priority: {
        title: { zh: '優先順序', en: 'Priority' },
        widget: 'select',
        options: priorities.map((value) => ({ value, label: priorityTitles[value] })),
      },
      mine: {
        title: { zh: '我承辦的', en: 'Mine' },
        widget: 'select',
        options: yes.map(({ value }) => ({ value, label: { zh: '只看我的', en: 'Mine only' } })),
      },
      overdue: {
        title: { zh: '逾期', en: 'Overdue' },
        widget: 'select',
        options: yes.map(({ value }) => ({ value, label: { zh: '只看逾期', en: 'Overdue only' } })),
      },
      today: {
        title: { zh: '快到期', en: 'Due soon' },
        widget: 'select',
        options: yes.map(({ value }) => ({
          value,
          label: { zh: '一天內到期', en: 'Due within a day' },
        })),
      },
      closed: {
        title: { zh: '已結束', en: 'Finished' },
        widget: 'select',
        options: [
          { value: '1', label: { zh: '已結束的', en: 'Finished ones' } },
          { value: 'all', label: { zh: '未結和已結束', en: 'Open and finished' } },
        ],
      },
      counted: {
        title: { zh: '計入統計', en: 'Counted' },
        widget: 'select',
        options: yes.map(({ value }) => ({
          value,
          label: { zh: '不含誤登撤銷', en: 'Without annulled entries' },
        })),
      },
      from: day('收件起日', 'Received from'),
      to: day('收件迄日', 'Received to'),
      closedFrom: day('結案起日', 'Finished from'),
      closedTo: day('結案迄日', 'Finished to'),
    },
  }
}

const day = (zh: string, en: string) => ({ title: { zh, en }, widget: 'date' as const })
