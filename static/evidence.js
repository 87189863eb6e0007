// Writes the evidence of a standard upon clicks: a document and a place in it, or what stands above. The text is the record: nothing is read
// from it again. Keys are the tool's own. Whatever is written fires `input`, so that it is saved like what is typed.
import { made } from './elements.js'

class Evidence {
  constructor (form) {
    this.form = form
    this.base = form.closest('[data-base]').dataset.base
    this.another = form.querySelector('[data-new-document]')
    this.told = made('p', { class: 'govuk-visually-hidden', role: 'status' })
    form.append(this.told)
    form.querySelectorAll('[data-plain]').forEach(part => { part.hidden = true })
    form.querySelectorAll('[data-tools]').forEach(part => { part.hidden = false })
    this.lines.forEach(line => this.reach(line, line.querySelector('button')))
    form.addEventListener('click', event => this.clicked(event))
    form.addEventListener('keydown', event => this.pressed(event))
    form.addEventListener('focusin', ({ target }) => { if (target.closest('.app-documents')) this.reach(target.closest('.app-documents'), target) })
    form.addEventListener('focusout', event => this.left(event))
    form.addEventListener('written', ({ target }) => { if (target.matches('[data-reused]')) this.note(target) })
    document.addEventListener('submit', () => this.places.forEach(place => this.add(place.closest('[data-evidence]'))), true)
  }

  get lines () {
    return [...this.form.querySelectorAll('[data-evidence] .app-documents')]
  }

  // A line of chips is one stop of the keyboard; arrows move within it.
  reach (line, chip) {
    for (const one of line.querySelectorAll('button')) one.tabIndex = one === chip ? 0 : -1
  }

  step (event, line) {
    const chips = [...line.querySelectorAll('button')]
    const at = chips.indexOf(event.target)
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    chips.at(to % chips.length).focus()
  }

  get places () {
    return [...this.form.querySelectorAll('[data-evidence] [data-place]')]
  }

  clicked ({ target }) {
    const here = target.closest('[data-evidence]')
    if (!here) return
    const chip = target.closest('[data-pick]')
    if (chip) return this.pick(here, chip)
    if (target.closest('[data-add]')) return this.add(here)
    if (target.closest('[data-above]')) return this.above(here, target.closest('[data-above]'))
    if (target.closest('[data-phrases]')) return this.unfold(here, target.closest('[data-phrases]'))
    if (target.closest('[data-phrase]')) return this.phrase(here, target.closest('[data-phrase]'))
    if (target.closest('[data-keep-phrase]')) return this.keepPhrase(here)
    if (target.closest('[data-another]')) return this.open(here)
    if (target.closest('[data-list]')) return this.list(here)
    if (target.closest('[data-list-more]')) return this.list(here, true)
    if (target.closest('[data-close]')) return this.close(here)
  }

  // Only where the tool's own keys have not acted.
  pressed (event) {
    const line = event.target.closest('.app-documents')
    if (line) return this.step(event, line)
    if (event.key !== 'Enter' || event.defaultPrevented) return
    const here = event.target.closest('[data-evidence]')
    if (event.target.matches('[data-place]')) this.add(here)
    else if (event.target.matches('[data-part]')) this.list(here, event.shiftKey)
    else return
    event.preventDefault()
  }

  // What was picked and not added yet is added when the hand goes on.
  left ({ target, relatedTarget }) {
    const tools = target.closest('[data-tools]')
    if (tools && relatedTarget && !tools.contains(relatedTarget)) this.add(tools.closest('[data-evidence]'))
  }

  pick (here, chip) {
    const chosen = chip.getAttribute('aria-pressed') !== 'true'
    for (const other of here.querySelectorAll('[data-pick]')) other.setAttribute('aria-pressed', String(chosen && other === chip))
    if (chosen) here.querySelector('[data-place]').focus()
  }

  add (here) {
    const chip = here.querySelector('[data-pick][aria-pressed="true"]')
    const place = here.querySelector('[data-place]')
    const said = [chip?.dataset.pick, placed(place.value)].filter(Boolean).join(', ')
    if (!said) return
    chip?.setAttribute('aria-pressed', 'false')
    place.value = ''
    this.write(here, said, '; ')
  }

  // The standard above may be on another page: then there is no button.
  above (here, button) {
    const text = this.form.querySelector(`[data-evidence-text][name="${CSS.escape(button.dataset.above)}-evidence"]`)?.value.trim()
    if (!text) return this.lacks(here)
    this.write(here, text, '\n')
    this.mark(here, `above.${button.dataset.above}`, 'Reused from the standard above: check that it fits here')
  }

  lacks (here) {
    const note = here.querySelector('[data-reused-note]')
    note.textContent = 'Nothing is written at the standard above yet.'
    note.hidden = false
    this.tell(note.textContent)
  }

  unfold (here, button) {
    const list = here.querySelector('[data-phrase-list]')
    list.hidden = !list.hidden
    button.setAttribute('aria-expanded', String(!list.hidden))
    if (!list.hidden) list.querySelector('button').focus()
  }

  phrase (here, button) {
    this.write(here, button.textContent.trim(), '\n')
    this.mark(here, button.dataset.phrase, 'Reused from the phrases: check that it fits here')
    this.unfold(here, here.querySelector('[data-phrases]'))
    here.querySelector('[data-evidence-text]').focus()
  }

  // What is reused is marked, and stays marked until more than half of it is typed over: the server tells.
  mark (here, word, sentence) {
    const marks = here.querySelector('[data-reused]')
    const others = marks.value.split(' ').filter(one => one && one.replace('.changed', '') !== word)
    marks.value = [...others, word].join(' ')
    marks.dispatchEvent(new Event('input', { bubbles: true }))
    here.querySelector('[data-reused-note]').textContent = sentence
    this.note(marks)
  }

  note (marks) {
    const note = marks.closest('[data-evidence]').querySelector('[data-reused-note]')
    note.hidden = !marks.value.split(' ').some(word => word && !word.endsWith('.changed'))
    if (!note.textContent) note.textContent = 'Reused: check that it fits here'
  }

  async keepPhrase (here) {
    const text = here.querySelector('[data-evidence-text]')
    const standard = text.name.replace(/-evidence$/, '')
    const [kept, wrong] = await this.put('phrases', { standard, text: text.value.trim() })
    if (!kept) return this.say(here, wrong)
    const list = here.querySelector('[data-phrase-list]')
    list.querySelector('[data-none]')?.remove()
    if (kept.mark) list.querySelector('[data-keep-phrase]').parentElement.before(made('button', { type: 'button', class: 'app-chip', 'data-phrase': kept.mark }, kept.text))
    this.say(here, kept.said)
  }

  // Said where it was asked for, and read out.
  say (here, sentence) {
    const list = here.querySelector('[data-phrase-list]')
    list.querySelector('[data-said]')?.remove()
    list.append(made('p', { class: 'govuk-body-s', 'data-said': '', role: 'status' }, sentence))
  }

  // Return what the service answers, or null with why there is nothing.
  async put (part, sent) {
    try {
      const headers = { 'Content-Type': 'application/json' }
      const response = await fetch(`${this.base}/${part}`, { method: 'PUT', headers, body: JSON.stringify(sent) })
      const answer = await response.json()
      return response.ok ? [answer, ''] : [null, answer.detail || 'Not kept. Open the page again, and try once more.']
    } catch {
      return [null, 'Not kept: there is no connection. Try again when there is.']
    }
  }

  write (here, said, between) {
    const text = here.querySelector('[data-evidence-text]')
    const before = text.value.trimEnd()
    text.value = before ? before + between + said : said
    text.dispatchEvent(new Event('input', { bubbles: true }))
    this.tell(`Added to the evidence: ${said}`)
  }

  tell (sentence) {
    this.told.textContent = sentence
  }

  open (here) {
    here.querySelector('[data-tools]').append(this.another)
    this.wrong('')
    this.another.hidden = false
    here.querySelector('[data-another]').setAttribute('aria-expanded', 'true')
    this.another.scrollIntoView({ block: 'nearest' })
    this.another.querySelector('[data-part="label"]').focus({ preventScroll: true })
  }

  close (here) {
    this.another.hidden = true
    const button = here.querySelector('[data-another]')
    button.setAttribute('aria-expanded', 'false')
    button.focus()
  }

  wrong (sentence) {
    const said = this.another.querySelector('[data-wrong]')
    said.textContent = sentence
    said.hidden = !sentence
  }

  // `more`: the next one is listed after it, so nothing is picked yet.
  async list (here, more) {
    const boxes = [...this.another.querySelectorAll('[data-part]')]
    const [answer, wrong] = await this.put('documents', Object.fromEntries(boxes.map(box => [box.dataset.part, box.value])))
    if (!answer) return this.wrong(wrong)
    const label = boxes[0].value.trim()
    this.show(answer.documents)
    boxes.forEach(box => { box.value = '' })
    this.wrong(answer.remark)
    if (more) boxes[0].focus()
    else if (!answer.remark) this.close(here)
    this.tell(`${label} is listed.`)
    if (more) return
    const chip = [...here.querySelectorAll('[data-pick]')].find(one => one.firstChild.textContent.trim().toLowerCase() === label.toLowerCase())
    if (chip && !answer.remark) this.pick(here, chip)
  }

  // The same list at every standard; what is chosen stays chosen.
  show (documents) {
    for (const line of this.lines) {
      const chosen = line.querySelector('[data-pick][aria-pressed="true"]')?.dataset.pick
      line.querySelectorAll('[data-pick]').forEach(old => old.remove())
      line.prepend(...documents.map(({ label, says }, place) => chipOf(label, says, place + 1, says === chosen)))
      this.reach(line, line.querySelector('button'))
    }
  }
}

function chipOf (label, says, digit, chosen) {
  const chip = made('button', { type: 'button', class: 'app-chip', 'aria-pressed': String(chosen), 'data-pick': says }, label)
  if (digit > 9) return chip
  chip.dataset.digit = digit
  chip.append(made('kbd', { class: 'app-key', 'aria-hidden': 'true' }, String(digit)))
  return chip
}

// "4" is a paragraph, "4-6, 9" are several; anything else stays as it is typed.
function placed (typed) {
  const place = typed.trim()
  if (!/^\d+(\s*[-–,]\s*\d+)*$/.test(place)) return place
  return `${/^\d+$/.test(place) ? 'paragraph' : 'paragraphs'} ${place}`
}

const form = document.querySelector('[data-base] form[data-answers]')
if (form?.querySelector('[data-evidence]')) new Evidence(form)
