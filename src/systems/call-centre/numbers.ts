/**
 * A telephone number as E.164 (`+886912345678`), null for what is none: an anonymous caller, an
 * extension, a short code. Without a country it is Taiwan's; without an area code it is of the
 * city's own area. Takes SIP addresses too.
 */
export function e164(given: string, areaCode: string): string | null {
  const user =
    given
      .normalize('NFKC')
      .trim()
      .replace(/^<?(sips?|tel):/i, '')
      .split(/[@;>]/)[0] ?? ''
  const number = user.replace(/[#,轉x].*$/iu, '').replace(/[^\d+]/g, '')
  const digits = number.replace(/\D/g, '')
  const full = (country: string) => (/^\d{7,15}$/.test(country) ? `+${country}` : null)
  if (/^(\+|00|002)?8860?[1-9]/.test(number)) return full(digits.replace(/^(002|00)?8860?/, '886'))
  if (number.startsWith('+')) return full(digits)
  if (/^00[1-9]/.test(digits)) return full(digits.slice(2))
  if (/^0[1-9]\d{6,9}$/.test(digits)) return `+886${digits.slice(1)}`
  if (/^9\d{8}$/.test(digits)) return `+886${digits}`
  if (/^[2-8]\d{5,7}$/.test(digits)) return `+886${areaCode}${digits}`
  return digits.length >= 10 && !digits.startsWith('0') ? full(digits) : null
}

/** The number within its country, as `call_centre.national` makes it in SQL: no zero in front. */
export const national = (number: string): string => number.replace(/^\+(886)?/, '')
