import type { Letter } from '../../../kernel/messages/messages.ts'

/** The letter with a code. */
export const codeLetter = (code: string): Letter => ({
  secret: true,
  subject: { zh: '電子郵件驗證碼', en: 'Your e-mail code' },
  body: {
    zh: [
      `您的驗證碼是 ${code}，十五分鐘內有效。`,
      '請只在您自己打開的頁面輸入，不要告訴任何人。如果不是您要求的，不必理會這封信。',
    ].join(''),
    en: [
      `Your code is ${code}. It works for 15 minutes.`,
      'Type it only into the page that you opened yourself, and tell nobody.',
      'If you did not ask for it, do nothing.',
    ].join(' '),
  },
})

/** The letter to an address that has an account already: only its owner learns so. */
export const knownLetter: Letter = {
  subject: { zh: '您已經有帳號了', en: 'You have an account already' },
  body: {
    zh: [
      '有人用這個電子郵件註冊，但它已經有帳號了。請用原有的方式登入。',
      '如果不是您，不必理會這封信。',
    ].join(''),
    en: [
      'Someone tried to register with this address, which has an account already.',
      'Sign in as before. If it was not you, do nothing.',
    ].join(' '),
  },
}
