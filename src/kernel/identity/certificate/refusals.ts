import { Refused } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'

const sentences = {
  unreadable: {
    zh: '讀不懂這份簽章。請確認貼上或選取的是完整的 PKCS#7 簽章，再試一次。',
    en: 'We cannot read this signature. Give a whole PKCS#7 signature and try again.',
  },
  signers: {
    zh: '這份簽章要剛好由一個人簽。請只用您自己的卡片，重新簽一次。',
    en: 'Exactly one person must have signed. Sign again with your own card alone.',
  },
  'wrong-challenge': {
    zh: '簽的不是這一次的內容。請重新整理頁面，用卡片再簽一次。',
    en: 'This signs something else. Reload the page and sign again with the card.',
  },
  altered: {
    zh: '簽章與內容不符，可能在途中被改過。請重新整理頁面再簽一次。',
    en: 'The signature does not fit its content. Reload the page and sign again.',
  },
  weak: {
    zh: '簽章用的演算法已不安全。請更新卡片元件，選 SHA-256 再簽一次；舊卡請到戶政事務所換發。',
    en: 'The signature is of an unsafe kind. Update the card software, or renew an old card.',
  },
  'not-trusted': {
    zh: '這張憑證不是本市接受的機構簽發的。請改用內政部的自然人憑證。',
    en: 'The city does not accept who issued this certificate. Use a Citizen Digital Certificate.',
  },
  expired: {
    zh: '這張憑證已過期。請上網展期，或帶身分證到戶政事務所換發。',
    en: 'This certificate has expired. Renew it online or at a household registration office.',
  },
  'not-yet': {
    zh: '這張憑證還沒生效。請在生效日之後再試，或洽戶政事務所。',
    en: 'This certificate is not valid yet. Try after its first day, or ask a household office.',
  },
  purpose: {
    zh: '這張憑證不能用來證明身分。請改用自然人憑證的簽章憑證。',
    en: 'This certificate is not for proving who you are. Use the signing one of your card.',
  },
  revoked: {
    zh: '這張憑證已經廢止或停用。請到戶政事務所辦理復用或換發，或改用其他方式登入。',
    en: 'This certificate was revoked or suspended. Ask a household office, or use another way.',
  },
  unknown: {
    zh: '目前無法向發證機構確認憑證是否有效。請過幾分鐘再試，或改用其他方式登入。',
    en: 'The issuer cannot confirm the certificate just now. Try in some minutes, or another way.',
  },
  elsewhere: {
    zh: '這張憑證已經加入另一個帳號。請用憑證登入那個帳號；要改用這個帳號，請先在那裡移除。',
    en: 'Another account has this certificate. Sign in with it there, or remove it there first.',
  },
  'other-person': {
    zh: '這張憑證不是這個帳號的主人的。一個帳號只給一個人用；資料有誤時請洽服務台。',
    en: 'This certificate is another person’s. An account is one person’s; ask a counter.',
  },
  nameless: {
    zh: '憑證上沒有可以辨認持卡人的資料。請改用自然人憑證。',
    en: 'The certificate does not say who holds it. Use a Citizen Digital Certificate.',
  },
  challenge: {
    zh: '這次簽章的時限已過，或已經用過。請重新整理頁面，再簽一次。',
    en: 'The time to sign is over, or this was used before. Reload the page and sign again.',
  },
} as const satisfies Record<string, Text>

/** Why a certificate or its signature proves nothing. */
export type CertificateFault = keyof typeof sentences

/** A refusal `certificate.<fault>`, with what the person can do about it. */
export const refusedCertificate = (fault: CertificateFault): Refused =>
  new Refused(`certificate.${fault}`, 422, sentences[fault])
