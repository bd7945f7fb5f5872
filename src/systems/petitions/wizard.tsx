import { pick, type Text } from '../../core/i18n.ts'
import { may } from '../../core/operation.ts'
import { contactSchema, contactSummary } from '../../kernel/cases/pages/contact-form.ts'
import {
  givenAnswers,
  photosField,
  photosRow,
  placeRow,
  thankFor,
} from '../../kernel/cases/pages/report-form.tsx'
import { districtField } from '../../kernel/cases/pages/where-step.tsx'
import { type Wizard, type WizardStep, wizardPages } from '../../kernel/forms/pages/wizard.tsx'
import { petitionPack } from './items.ts'
import { petition, petitionFor } from './operations.ts'

const subject: WizardStep = {
  name: 'about',
  title: { zh: '您要說的是哪方面的事？', en: 'What is it about?' },
  schema: ({ platform }) => ({
    properties: {
      item: {
        type: 'string',
        title: { zh: '事項', en: 'Subject' },
        widget: 'radio',
        options: petitionPack(platform.city).items.map(({ code, name, description }) => ({
          value: code,
          label: name,
          hint: description,
        })),
      },
    },
    required: ['item'],
  }),
}

const words: WizardStep = {
  name: 'words',
  title: { zh: '請寫下您的意見', en: 'Your petition' },
  schema: ({ platform }) => ({
    properties: {
      subject: {
        type: 'string',
        minLength: 4,
        maxLength: 100,
        title: { zh: '主旨', en: 'In one line' },
        widget: 'text',
      },
      body: {
        type: 'string',
        minLength: 5,
        maxLength: 4000,
        title: { zh: '內容', en: 'The whole of it' },
        hint: {
          zh: '什麼時候、在哪裡、發生什麼事、希望怎麼處理。',
          en: 'When, where, what happened, and what you would like done.',
        },
        widget: 'textarea',
      },
      place: {
        type: 'string',
        maxLength: 300,
        title: { zh: '地點', en: 'Place' },
        widget: 'text',
      },
      district: districtField(platform.city),
      photos: photosField,
    },
    required: ['subject', 'body'],
  }),
}

const contact: WizardStep = {
  name: 'contact',
  title: { zh: '怎麼答覆您？', en: 'How may we reply?' },
  schema: () => {
    const base = contactSchema(['name'])
    return {
      ...base,
      properties: {
        ...base.properties,
        confidential: {
          type: 'boolean',
          title: { zh: '請對我的身分保密', en: 'Keep my identity secret' },
          hint: {
            zh: '只有承辦人看得到您的姓名和聯絡方式。',
            en: 'Only the officer in charge sees your name and how to reach you.',
          },
          widget: 'checkbox',
        },
      },
    }
  },
  check: (_, answers): Record<string, Text> => {
    if (answers.phone || answers.email) return {}
    return {
      email: {
        zh: '請留電話或電子郵件，讓機關能答覆您。',
        en: 'Give a telephone number or an e-mail address, so that the agency can reply.',
      },
    }
  },
}

const wizard: Wizard = {
  form: 'petition',
  base: '/petition',
  title: { zh: '陳情', en: 'Petition' },
  permission: 'public',
  steps: [subject, words, contact],
  // An operator reads this page to the caller before sending it.
  summary: async (visit, answers) => {
    const { view, platform } = visit
    const item = petitionPack(platform.city).items.find(({ code }) => code === answers.item)
    const change = '/petition/words?back=check'
    return [
      {
        label: { zh: '事項', en: 'Subject' },
        answer: item ? pick(item.name, view.locale) : '',
        change: '/petition/about?back=check',
      },
      { label: { zh: '主旨', en: 'In one line' }, answer: String(answers.subject ?? ''), change },
      { label: { zh: '內容', en: 'The whole of it' }, answer: String(answers.body ?? ''), change },
      placeRow(visit, answers, change),
      photosRow(visit, answers, change),
      ...contactSummary(answers, '/petition/contact?back=check'),
      {
        label: { zh: '身分保密', en: 'Identity kept secret' },
        answer: answers.confidential ? view.t('是', 'yes') : view.t('否', 'no'),
        change: '/petition/contact?back=check',
      },
    ]
  },
  send: async (visit, answers) => {
    const { actor, perform } = visit
    const input = {
      ...givenAnswers(visit, answers),
      confidential: answers.confidential === 'true',
    }
    const opened = may(actor, 'petitions.file-for')
      ? await perform(petitionFor, { ...input, channel: 'phone', readBack: 'spoken' })
      : await perform(petition, input)
    return thankFor(visit, opened)
  },
}

/** The pages on which a petition is written. */
export const petitionWizard = wizardPages(wizard)
