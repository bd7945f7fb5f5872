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
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import type { Visit } from '../../web/pages.ts'
import { supervisionPack } from './items.ts'
import { reportWork, reportWorkFor } from './operations.ts'
import { supervisionCase } from './supervision.ts'

const itemsOf = ({ platform }: Visit) =>
  supervisionPack(platform.city).categories.flatMap(({ items }) => items)

const kind = kindStep(
  { zh: '公共工程哪裡有問題？', en: 'What is wrong at the work?' },
  ({ platform }) => supervisionPack(platform.city).categories,
)

const what: WizardStep = {
  name: 'what',
  title: { zh: '看到了什麼？', en: 'What did you see?' },
  schema: () => ({
    properties: {
      work: {
        type: 'string',
        maxLength: 200,
        title: { zh: '工程名稱', en: 'Name of the work' },
        hint: { zh: '工地告示牌上有；不知道可以不填。', en: 'On the board at the site, if known.' },
      },
      body: {
        type: 'string',
        minLength: 5,
        maxLength: 4000,
        widget: 'textarea',
        title: { zh: '情形', en: 'In your words' },
      },
      photos: photosField,
    },
    required: ['body'],
  }),
  notice: nearbyNotice(supervisionCase),
}

const contact: WizardStep = {
  name: 'contact',
  title: { zh: '怎麼回覆您？', en: 'How may we answer you?' },
  schema: () => contactSchema([]),
}

const wizard: Wizard = {
  form: 'supervision',
  base: '/works',
  title: { zh: '全民督工', en: 'Citizen supervision' },
  permission: 'public',
  steps: [kind, whereStep, what, contact],
  summary: async (visit, answers) => {
    const { view } = visit
    const item = itemsOf(visit).find(({ code }) => code === answers.item)
    const change = '/works/what?back=check'
    return [
      {
        label: { zh: '項目', en: 'Kind' },
        answer: item ? pick(item.name, view.locale) : '',
        change: '/works/kind?back=check',
      },
      placeRow(visit, answers, '/works/where?back=check'),
      { label: { zh: '工程名稱', en: 'Work' }, answer: String(answers.work ?? ''), change },
      { label: { zh: '情形', en: 'In your words' }, answer: String(answers.body ?? ''), change },
      photosRow(visit, answers, change),
      ...contactSummary(answers, '/works/contact?back=check'),
    ]
  },
  send: async (visit, answers) => {
    const { actor, perform } = visit
    const input = givenAnswers(visit, answers)
    const opened = may(actor, 'supervision.file-for')
      ? await perform(reportWorkFor, { ...input, channel: 'phone' })
      : await perform(reportWork, input)
    return thankFor(visit, opened)
  },
}

/** The pages on which a public work is reported. */
export const supervisionPages = wizardPages(wizard)
