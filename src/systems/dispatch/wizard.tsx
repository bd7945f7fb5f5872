import { pick } from '../../core/i18n.ts'
import { may } from '../../core/operation.ts'
import { contactSchema, contactSummary } from '../../kernel/cases/pages/contact-form.ts'
import {
  givenAnswers,
  kindStep,
  photosField,
  photosRow,
  placeRow,
  thankFor,
} from '../../kernel/cases/pages/report-form.tsx'
import { nearbyNotice, whereStep } from '../../kernel/cases/pages/where-step.tsx'
import { answerProblems, answerText, type Question, schemaOf } from '../../kernel/forms/answers.ts'
import type { Answers } from '../../kernel/forms/drafts.ts'
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Visit } from '../../web/pages.ts'
import { dispatchCase } from './dispatch.ts'
import { dispatchPack } from './items.ts'
import { report, reportFor } from './operations.ts'

const itemOf = ({ platform }: Visit, answers: Answers) =>
  dispatchPack(platform.city).items.find(({ code }) => code === answers.item)

const kind = kindStep({ zh: '什麼東西要修？', en: 'What needs mending?' }, ({ platform }) => {
  const { groups, items } = dispatchPack(platform.city)
  return groups.map((group) => ({
    ...group,
    items: items.filter((item) => item.group === group.code),
  }))
})

const questionsOf = (visit: Visit, answers: Answers): readonly Question[] =>
  itemOf(visit, answers)?.attributes ?? []

const what: WizardStep = {
  name: 'what',
  title: { zh: '情況怎麼樣？', en: 'What is it like?' },
  schema: (visit, answers) => {
    const extra = schemaOf(questionsOf(visit, answers)) as unknown as ObjectSchema
    return {
      properties: {
        ...extra.properties,
        body: {
          type: 'string',
          maxLength: 4000,
          title: { zh: '補充說明', en: 'In your words' },
          hint: { zh: '不用寫個人資料。', en: 'No personal details are needed.' },
          widget: 'textarea',
        },
        photos: photosField,
      },
      required: extra.required ?? [],
    }
  },
  check: (visit, answers) => answerProblems(questionsOf(visit, answers), answers),
  notice: nearbyNotice(dispatchCase),
}

const contact: WizardStep = {
  name: 'contact',
  title: { zh: '怎麼通知您？', en: 'How may we tell you?' },
  schema: () => contactSchema([]),
}

const wizard: Wizard = {
  form: 'report',
  base: '/report',
  title: { zh: '通報', en: 'Report a fault' },
  permission: 'public',
  steps: [kind, whereStep, what, contact],
  summary: async (visit, answers) => {
    const { view } = visit
    const item = itemOf(visit, answers)
    return [
      {
        label: { zh: '項目', en: 'Kind' },
        answer: item ? pick(item.name, view.locale) : '',
        change: '/report/kind?back=check',
      },
      placeRow(visit, answers, '/report/where?back=check'),
      ...questionsOf(visit, answers).map((question) => ({
        label: question.description,
        answer: answerText(question, answers[question.code], view.locale),
        change: '/report/what?back=check',
      })),
      {
        label: { zh: '補充說明', en: 'In your words' },
        answer: String(answers.body ?? ''),
        change: '/report/what?back=check',
      },
      photosRow(visit, answers, '/report/what?back=check'),
      ...contactSummary(answers, '/report/contact?back=check'),
    ]
  },
  send: async (visit, answers) => {
    const { actor, perform } = visit
    const codes = questionsOf(visit, answers).map(({ code }) => code)
    const input = {
      ...givenAnswers(visit, answers),
      answers: Object.fromEntries(codes.map((code) => [code, answers[code] ?? ''])),
    }
    // An operator who fills in this form does it for a caller.
    const opened = may(actor, 'dispatch.file-for')
      ? await perform(reportFor, { ...input, channel: 'phone' })
      : await perform(report, input)
    return thankFor(visit, opened)
  },
}

/** The pages on which a fault is reported. */
export const reportPages = wizardPages(wizard)
