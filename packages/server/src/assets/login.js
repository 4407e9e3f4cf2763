// Conveniences only: everything works without this file.
(() => {
  const password = document.getElementById('password');
  const toggle = document.getElementById('show-password');
  const form = document.getElementById('login');
  if (!password || !toggle || !form) return;

  toggle.closest('label').hidden = false;
  toggle.addEventListener('change', () => {
    password.type = toggle.checked ? 'text' : 'password';
  });

  // The name survives a change of the language; the password is not sent along.
  const language = document.getElementById('language');
  language?.addEventListener('submit', () => {
    language.elements.namedItem('typed').value = document.getElementById('username').value;
  });

  let submitted = false;
  form.addEventListener('submit', (event) => {
    if (submitted) event.preventDefault();
    submitted = true;
    password.type = 'password';
  });
  // A page that the browser kept and shows again may be submitted again.
  window.addEventListener('pageshow', () => {
    submitted = false;
  });
})();
