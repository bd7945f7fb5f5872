import { dateText } from '../dates.ts'

/** Says how many characters are left, and beside a date which day it is for us. */
export const watchCounters = (): void => {
  document.addEventListener('input', (event) => {
    const box = event.target
    if (box instanceof HTMLTextAreaElement && box.dataset.count) count(box)
    if (box instanceof HTMLInputElement && box.dataset.roc) spellDate(box)
  })
}

const count = (box: HTMLTextAreaElement): void => {
  const output = outputOf(box)
  if (!output) return
  // Code points, as JSON Schema's maxLength counts: a rare character is one, not two.
  const left = Number(box.dataset.count) - [...box.value].length
  const template = left < 0 ? output.dataset.over : output.dataset.left
  output.textContent = (template ?? '{n}').replace('{n}', String(Math.abs(left)))
  output.classList.toggle('over', left < 0)
}

const spellDate = (box: HTMLInputElement): void => {
  const output = outputOf(box)
  if (!output) return
  const locale = box.dataset.roc === 'en' ? 'en' : 'zh'
  output.textContent = box.value ? dateText(box.value, locale) : ''
}

const outputOf = (box: HTMLElement): HTMLOutputElement | null =>
  box.closest('.field')?.querySelector('output') ?? null
