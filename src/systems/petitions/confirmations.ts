import type { Text } from '../../core/i18n.ts'

/** How who spoke confirmed the record that was read back (行政程序法 §169). */
export const confirmations: Readonly<Record<string, Text>> = {
  signed: { zh: '當場簽名', en: 'Signed at the counter' },
  spoken: { zh: '電話中口頭確認', en: 'Confirmed by word on the telephone' },
}
