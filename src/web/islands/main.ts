import * as Turbo from '@hotwired/turbo'
import { keepDrafts } from './drafts.ts'
import { listenForKeys } from './keys.ts'
import { watchLive } from './live.ts'

// The bar that Turbo draws needs a style element, which our policy refuses; the style sheet shows
// `html[aria-busy]` instead.
Turbo.config.drive.progressBarDelay = 1e9

/** Everything below works on what the server sent; without it the pages work just the same. */
function enhance(): void {
  countCharacters()
  previewPhotos()
  keepDrafts()
  watchLive()
  focusProblems()
  if (document.querySelector('[data-map]')) import('./map.ts').then((map) => map.start())
  if (document.querySelector('[data-report]')) import('./inspector.ts').then((i) => i.start())
}

function countCharacters(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>('textarea[maxlength]')) {
    const counter = area.parentElement?.querySelector('[data-counter]')
    if (!counter) continue
    const show = () => {
      counter.textContent = `${area.value.length} / ${area.maxLength}`
    }
    area.addEventListener('input', show)
    show()
  }
}

function previewPhotos(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[type=file][data-photos]')) {
    input.addEventListener('change', () => {
      const list = input.parentElement?.querySelector('[data-previews]')
      if (!list) return
      list.replaceChildren(
        ...[...(input.files ?? [])].map((file) => {
          const image = document.createElement('img')
          image.src = URL.createObjectURL(file)
          image.alt = file.name
          image.width = 96
          image.height = 96
          return image
        }),
      )
    })
  }
}

function focusProblems(): void {
  document.querySelector<HTMLElement>('[data-problems]')?.focus()
}

document.addEventListener('turbo:load', enhance)
listenForKeys()
