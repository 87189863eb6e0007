// Keeps a claim or a decision on the server as it is written, and shows what it would change. The pages work without it.
import { timeOfDay } from './elements.js'
import { keep } from './store.js'

const IDLE = 700 // milliseconds without a key before a text is kept
const AGAIN = 5000 // before it is tried again

class Hearing {
  constructor (form) {
    this.form = form
    this.would = document.querySelector('[data-would]')
    this.saved = document.querySelector('[data-saved]')
    this.served = this.read(true)
    document.querySelector('[data-work]')?.remove() // What it works out is shown at every choice.
    form.addEventListener('input', event => this.typed(event.target))
    form.addEventListener('submit', () => { this.leaving = true })
    document.addEventListener('leaving', ({ detail }) => detail.push(this.send()))
    window.addEventListener('pageshow', () => { this.leaving = false })
    window.addEventListener('pagehide', () => this.leaving || this.send(true))
    this.tell()
    this.later(IDLE) // What this browser had kept and put back.
  }

  // By name what is chosen or typed now, or what the page came with.
  read (served = false) {
    const found = {}
    for (const field of this.form.elements) {
      if (!field.name || ['hidden', 'submit', 'button'].includes(field.type)) continue
      found[field.name] ??= ''
      if (field.type === 'select-one') found[field.name] = served ? [...field.options].find(one => one.defaultSelected)?.value ?? '' : field.value
      else if (field.type !== 'radio') found[field.name] = served ? field.defaultValue : field.value
      else if (served ? field.defaultChecked : field.checked) found[field.name] = field.value
    }
    return found
  }

  typed (field) {
    this.tell()
    this.later(field.type === 'radio' ? 0 : IDLE)
  }

  later (pause) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), pause)
  }

  async send (closing = false) {
    clearTimeout(this.timer)
    const now = this.read()
    const fields = Object.fromEntries(Object.entries(now).filter(([name, text]) => text !== this.served[name]))
    if (this.busy || !Object.keys(fields).length) return this.busy
    this.busy = this.put(fields, closing)
    const kept = await this.busy
    this.busy = null
    if (!kept) return this.later(AGAIN)
    this.served = { ...this.served, ...fields }
    if (JSON.stringify(this.read()) === JSON.stringify(this.served)) keep(`form:${location.pathname} ${this.form.dataset.keep}`, null)
    else this.later(IDLE)
  }

  async put (fields, keepalive) {
    try {
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(this.form.dataset.draft, { method: 'PUT', headers, body: JSON.stringify({ fields }), keepalive })
      if (answer.ok) this.show(await answer.json())
      else this.fail()
      return answer.ok || answer.status === 409 // Somebody else was quicker: the next page says who.
    } catch {
      this.fail()
    }
  }

  show ({ panel, refusal, labels = {} }) {
    for (const radio of this.form.querySelectorAll('[name="grade"]')) {
      const label = radio.labels[0]
      if (radio.value in labels && label.textContent.trim() !== labels[radio.value]) label.textContent = labels[radio.value]
    }
    if (this.would.innerHTML !== panel) this.would.innerHTML = panel
    this.saved.textContent = `Draft kept at ${timeOfDay(Date.now())}.`
    const box = document.querySelector('[data-refusal]')
    box.hidden = !refusal
    if (box.textContent !== refusal) box.textContent = refusal
  }

  fail () {
    this.saved.textContent = 'Not kept yet. What you typed is kept in this browser, and is tried again.'
  }

  // What belongs to a level that differs is asked only where it does; what is written there stays in sight.
  tell () {
    for (const standard of this.form.querySelectorAll('[data-standard]')) {
      const chosen = standard.querySelector('input[type="radio"]:checked')?.value
      for (const part of standard.querySelectorAll('[data-differs]')) {
        part.hidden = (!chosen || chosen === standard.dataset.judged) && !part.querySelector('textarea')?.value
      }
    }
  }
}

const form = document.querySelector('form[data-draft]')
if (form) new Hearing(form)
