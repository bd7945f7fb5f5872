/** The part of Turbo that the main script touches; the package brings no types. */
declare module '@hotwired/turbo' {
  export const config: { drive: { progressBarDelay: number } }
  export const start: () => void
}

/** Style sheets that a bundle carries along. */
declare module '*.css' {}
