import type { Values } from '../../../web/components/fields.tsx'
import type { FieldProperty, ObjectSchema } from '../../../web/fields.ts'
import type { Form, Visit } from '../../../web/pages.ts'
import type { Directory } from '../../identity/directory.ts'
import type { Article, ArticleLink } from '../articles.ts'
import { doors } from '../doors.ts'
import { writesFor } from '../editing.ts'
import { cityTopics, intents } from '../pack.ts'

/** The fields of an article; `revises` adds the reason. Agencies: those the editor writes for. */
export function articleSchema(visit: Visit, agencies: Directory, revises: boolean): ObjectSchema {
  const topics = cityTopics(visit.platform.city)
  return {
    properties: {
      topic: {
        type: 'string',
        title: { zh: '類別', en: 'Topic' },
        widget: 'select',
        options: topics.map(({ code, name }) => ({ value: code, label: name })),
      },
      agency: {
        type: 'string',
        title: { zh: '機關', en: 'Agency' },
        widget: 'select',
        options: ownAgencies(visit, agencies).map(({ id, name }) => ({ value: id, label: name })),
      },
      question: both({ zh: '問題', en: 'Question' }, 'text', 300),
      variants: {
        type: 'string',
        title: { zh: '其他說法，一行一個', en: 'Other phrasings, one a line' },
        hint: { zh: '市民會怎麼問，就怎麼寫。', en: 'In the words that people use.' },
        widget: 'textarea',
      },
      answer: both({ zh: '答案', en: 'Answer' }, 'textarea', 3000),
      links: {
        type: 'string',
        title: { zh: '連結，一行一個', en: 'Links, one a line' },
        hint: {
          zh: '網址 | 中文名稱 | 英文名稱',
          en: 'Address | Chinese title | English title',
        },
        widget: 'textarea',
      },
      intent: {
        type: 'string',
        title: { zh: '引導到', en: 'Leads to' },
        widget: 'select',
        options: intents.map((intent) => ({ value: intent, label: doors[intent] })),
      },
      item: {
        type: 'string',
        maxLength: 60,
        title: { zh: '通報項目代碼', en: 'Code of the dispatch item' },
        widget: 'text',
      },
      reviewBy: {
        type: 'string',
        title: { zh: '下次複審日', en: 'Review by' },
        hint: { zh: '空白為一年後。', en: 'A year from now when empty.' },
        widget: 'date',
      },
      ...(revises && {
        reason: {
          type: 'string',
          maxLength: 300,
          title: { zh: '修訂理由', en: 'Reason for the revision' },
          widget: 'text',
        },
      }),
    },
    required: ['topic', 'agency', 'question', 'answer', ...(revises ? ['reason'] : [])],
  }
}

const both = (
  title: FieldProperty['title'],
  widget: 'text' | 'textarea',
  maxLength: number,
): FieldProperty => ({
  type: 'object',
  title,
  properties: {
    zh: { type: 'string', maxLength, title: { zh: '中文', en: 'Chinese' }, widget },
    en: { type: 'string', maxLength, title: { zh: '英文', en: 'English' }, widget },
  },
  required: ['zh', 'en'],
})

const ownAgencies = ({ actor }: Visit, agencies: Directory) =>
  agencies.all.filter(({ id, external }) => !external && writesFor(actor, id))

/** An article as the form shows it. */
export const valuesOf = (article: Article): Values => ({
  topic: article.topic,
  agency: article.agency,
  question: article.question,
  variants: article.variants.join('\n'),
  answer: article.answer,
  links: article.links.map(({ href, title }) => `${href} | ${title.zh} | ${title.en}`).join('\n'),
  intent: article.intent ?? '',
  item: article.item ?? '',
  reviewBy: '',
})

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const words = (form: Form, name: string) => ({
  zh: form.get(`${name}.zh`),
  en: form.get(`${name}.en`),
})

/** What was typed, as the form shows it again. */
export const typedOf = (form: Form): Values => ({
  ...form.values,
  question: words(form, 'question'),
  answer: words(form, 'answer'),
})

/** What the form holds, as the operations take it. */
export function inputOf(form: Form) {
  const reviewBy = form.get('reviewBy')
  return {
    topic: form.get('topic'),
    agency: form.get('agency'),
    question: words(form, 'question'),
    variants: lines(form.get('variants')),
    answer: words(form, 'answer'),
    links: lines(form.get('links')).map(linkOf),
    intent: form.get('intent') || null,
    item: form.get('item') || null,
    ...(reviewBy && { reviewBy }),
  }
}

function linkOf(line: string): ArticleLink {
  const [href = '', zh = '', en = ''] = line.split('|').map((part) => part.trim())
  return { href, title: { zh: zh || href, en: en || zh || href } }
}
