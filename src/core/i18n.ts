/** A sentence in both languages; both are always required, so that English can never lag behind. */
export type Text = { readonly zh: string; readonly en: string }

/** The languages of every page: Traditional Chinese first, English complete. */
export type Locale = 'zh' | 'en'

export const locales: readonly Locale[] = ['zh', 'en']

/** The sentence in the reader's language. */
export const pick = (text: Text, locale: Locale): string => text[locale]

/** A translator for one reader: `t('報修', 'Report a fault')`. */
export type Say = (zh: string, en: string) => string

/** Makes the translator of a locale. */
export const say =
  (locale: Locale): Say =>
  (zh, en) =>
    locale === 'zh' ? zh : en

/** The value of `lang` for HTML and `Content-Language`, BCP 47. */
export const languageTag = (locale: Locale): string => (locale === 'zh' ? 'zh-Hant-TW' : 'en')
