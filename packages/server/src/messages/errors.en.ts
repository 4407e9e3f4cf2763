import type { ErrorMessages, Message } from './message.ts';

const startAgain =
  'Go back to the service and open it again from its own page. If the same happens again, tell the help desk the reference on this page.';
const tellTheService =
  'There is nothing wrong with your account. Please tell the help desk the reference on this page; they will sort it out with the service.';

/** A request of a service that we can't understand; the causes differ, for the person it is one thing. */
const unreadable = (text: string): Message => ({
  title: 'The service sent something we could not read',
  text,
  next: startAgain,
});

export const errorMessagesEn: ErrorMessages = {
  'request-missing': {
    title: 'This page is opened by a service',
    text: 'You came here without a request from a service. This happens when an address in the middle of a sign-in was bookmarked or typed.',
    next: 'Start from the page of the service, or choose it from the list of services.',
  },
  'request-repeated': unreadable(
    'The request of the service says the same thing twice, so we do not know which one to believe.',
  ),
  'request-encoding': unreadable(
    'The request of the service arrived damaged. Sometimes an address is cut off when it is copied.',
  ),
  'request-too-large': {
    title: 'That was too much at once',
    text: 'What your browser sent is larger than a sign-in ever is.',
    next: startAgain,
  },
  'request-not-authn': unreadable('The service sent something that is not a request to sign in.'),
  'request-invalid': unreadable('The request of the service is missing something that belongs in it.'),
  'request-version': {
    title: 'The service uses an old way of signing in',
    text: 'The way in which this service asks for a sign-in is no longer supported here. The service has to be updated.',
    next: tellTheService,
  },
  'request-stale': {
    title: 'This sign-in has grown old',
    text: 'The service asked us a while ago, and such a request is good for a limited time only. This is normal when a page was left open, or came from a bookmark.',
    next: 'Go back to the service and open it again. Please bookmark the page of the service, not the sign-in page.',
  },
  'request-from-future': {
    title: 'The clock of the service is wrong',
    text: 'The request of the service carries a time that has not come yet.',
    next: tellTheService,
  },
  'request-destination': {
    title: 'This request was meant for another address',
    text: 'The service sent you here with a request that is addressed to somewhere else.',
    next: tellTheService,
  },
  'issuer-missing': unreadable('The request does not say which service it comes from.'),
  'service-unknown': {
    title: 'We do not know this service',
    text: 'The service that sent you here is not registered with us, so we do not give it anything about you.',
    next: 'Check that you opened the service by its proper address. If you should be able to use it, tell the help desk the reference on this page.',
  },
  'service-undecided': {
    title: 'We cannot look up this service just now',
    text: 'Before we sign you in to a service, we look up who it is. That was not possible at this moment. You did nothing wrong.',
    next: 'Please wait a minute, then open the service again.',
  },
  'acs-unknown': {
    title: 'The service gave an address we do not know',
    text: 'The service asked us to send you to an address that is not registered for it. To protect you, we did not.',
    next: tellTheService,
  },
  'relay-state-too-large': {
    title: 'The service sent too much along',
    text: 'The service asked us to carry a note for it that is too long.',
    next: 'Open the start page of the service instead of a page deep inside it. If that does not help, tell the help desk the reference on this page.',
  },
  'signature-missing': {
    title: 'The request is not signed',
    text: 'This service promised to sign its requests, and this one has no signature. Somebody else may have made it, so we stop here.',
    next: tellTheService,
  },
  'signature-invalid': {
    title: 'The signature does not fit',
    text: 'The signature on the request is not the one of this service. It may have been changed on its way, so we stop here.',
    next: tellTheService,
  },
  'signature-algorithm': {
    title: 'The signature is too weak',
    text: 'The service signs its requests in a way that is no longer safe.',
    next: tellTheService,
  },
  'signature-structure': {
    title: 'The signature does not cover the request',
    text: 'The signature leaves a part of the request open to changes, so we stop here.',
    next: tellTheService,
  },
  'xml-encoding': unreadable('The request of the service contains characters that cannot be read.'),
  'xml-malformed': unreadable('The request of the service is not well formed.'),
  'xml-doctype': unreadable('The request of the service contains a part that is never allowed.'),
  'xml-limit': unreadable('The request of the service is far larger than such a request ever is.'),
  'saml1-unsupported': {
    title: 'The service uses an old way of signing in',
    text: 'The way in which this service asks for a sign-in is no longer supported here. The service has to be updated.',
    next: tellTheService,
  },
  'no-passive': {
    title: 'You would have to sign in',
    text: 'The service wanted to know quietly whether you are signed in. You are not.',
    next: 'Sign in at the service in the ordinary way.',
  },
  'no-authn-context': {
    title: 'The service asks for a kind of sign-in we do not have',
    text: 'The service wants you to prove who you are in a way that is not offered here.',
    next: tellTheService,
  },
  'name-id-policy': {
    title: 'The service asks for a kind of identifier we do not give',
    text: 'The service wants to know you by a kind of name that we do not give to it.',
    next: tellTheService,
  },
  'request-unsupported': {
    title: 'The service asks for something we cannot do',
    text: 'The request of the service is in order, but asks for something that is not offered here.',
    next: tellTheService,
  },
  'subject-other': {
    title: 'The service expects somebody else',
    text: 'The service asked about a certain person, and you signed in as another one. Nothing was sent about you.',
    next: 'If you have several accounts, sign out here and sign in with the one that the service knows. Otherwise tell the people who run the service.',
  },
  'binding-unsupported': {
    title: 'The service wants its answer in another way',
    text: 'The service wants our answer sent in a way that is not offered here.',
    next: tellTheService,
  },
  'login-cancelled': {
    title: 'You cancelled the sign-in',
    text: 'Nothing was sent about you.',
    next: 'You can go back to the service and start again whenever you like.',
  },
  'access-refused': {
    title: 'You cannot use this service',
    text: 'By the rules of the university this service is not open to your account.',
    next: 'If you think that it should be, ask the help desk.',
  },
  'encryption-impossible': {
    title: 'We could not answer the service safely',
    text: 'The answer has to be encrypted for this service, and the key that it gave us cannot be used.',
    next: tellTheService,
  },
  'credentials-wrong': {
    title: 'User name or password is not right',
    text: 'The user name or the password is not right.',
    next: 'Check Caps Lock, Japanese (full-width) input, and whether your browser filled in an old password. Then try again.',
  },
  'credentials-missing': {
    title: 'Something is missing',
    text: 'A field was left empty.',
    next: 'Please enter both your user name and your password.',
  },
  'account-disabled': {
    title: 'This account cannot be used at present',
    text: 'Your password is right, but your account has been switched off. This happens, for example, after graduation or at the end of a contract, or while a security matter is looked into.',
    next: 'If you should be able to sign in, please tell the help desk the reference on this page.',
  },
  'account-locked': {
    title: 'Your account is locked',
    text: 'This happens after too many wrong passwords, or when our staff lock an account. No password is looked at now, not even the right one.',
    next: 'Some locks open by themselves: try once more in half an hour. If it is still locked then, or you did not do this, ask the help desk: only they can open it.',
  },
  'account-expired': {
    title: 'Your account has come to its end',
    text: 'Your password is right, but the time for which this account was given is over.',
    next: 'If you still need it, ask whoever invited you, or the help desk.',
  },
  'account-left': {
    title: 'This account is closed',
    text: 'Your password is right, but the account was closed because you graduated, retired or left.',
    next: 'If you are still a member of the university, ask the help desk.',
  },
  'account-not-open': {
    title: 'Your account is not open yet',
    text: 'Your password is right. The account opens on {date}.',
    next: 'Sign in again then. If you need it earlier, ask the help desk.',
  },
  'directory-unavailable': {
    title: 'We cannot check who you are right now',
    text: 'The system of the university that knows its people does not answer. Your password is not the problem.',
    next: 'Wait a few minutes and try again. If it goes on, tell the help desk.',
  },
  'source-unavailable': {
    title: 'We cannot look up your details right now',
    text: 'A system of the university that holds details for this service does not answer.',
    next: 'Wait a few minutes and try again. If it goes on, tell the help desk.',
  },
  'password-current-wrong': {
    title: 'The present password is wrong',
    text: 'What you typed as your present password is not right. Your password was not changed.',
    next: 'Type the password again that you signed in with just now.',
  },
  'password-missing': {
    title: 'Something was left empty',
    text: 'All three fields are needed. Your password was not changed.',
    next: 'For your safety the fields are empty again: fill in all three.',
  },
  'password-mismatch': {
    title: 'The new passwords differ',
    text: 'The two fields for the new password are not the same. Your password was not changed.',
    next: 'Type the same new password twice.',
  },
  'password-unchanged': {
    title: 'That is your present password',
    text: 'The new password is the same as the present one. Your password was not changed.',
    next: 'Choose another one.',
  },
  'password-too-weak': {
    title: 'This password cannot be used',
    text: 'The system of the university does not take it: it may be too simple, used by many people, or used by you before. Your password was not changed.',
    next: 'Choose a longer one that is harder to guess.',
  },
  'password-too-short': {
    title: 'The new password is too short',
    text: 'The university wants more characters than that. Your password was not changed.',
    next: 'Choose a longer one. A few words that have nothing to do with each other are long, and easy to keep in mind.',
  },
  'password-like-name': {
    title: 'The new password is like your user name',
    text: 'It is your user name, or little else. It would be tried first. Your password was not changed.',
    next: 'Choose one without your user name.',
  },
  'password-used-before': {
    title: 'You have used this password before',
    text: 'A password that you used lately cannot be taken again. Your password was not changed.',
    next: 'Choose one that you have not used.',
  },
  'password-too-young': {
    title: 'It cannot be changed yet',
    text: 'Your password was changed a short time ago, and has to stay for a while. It was not changed now.',
    next: 'Try again later. If it is urgent, ask the help desk.',
  },
  'password-change-refused': {
    title: 'Your password could not be changed',
    text: 'The system of the university did not take the change. Your password is what it was.',
    next: 'Ask the help desk.',
  },
  'password-change-unknown': {
    title: 'We do not know whether your password was changed',
    text: 'The system of the university stopped answering while it changed your password. You did nothing wrong. Either the old or the new password is good now.',
    next: 'Wait a few minutes, then sign in with the new password. If that is wrong, use the old one. If neither is right, ask the help desk.',
  },
  'access-denied': {
    title: 'You cannot use this service',
    text: 'By the rules of the university this service is not open to your account.',
    next: 'If you think that it should be, ask the help desk.',
  },
  'account-throttled': {
    title: 'Please try again in about {minutes} {minutes|minute|minutes}',
    text: 'There were too many wrong passwords for this account. To protect it, nobody can sign in with it until then.',
    next: 'Even the right password has to wait. If it was not you who tried, please tell the help desk.',
  },
  'otp-missing': {
    title: 'Please type a code of six digits',
    text: 'What arrived is not six digits. It does not count as a wrong code.',
    next: 'Open the app, and type the six digits that it shows for this university.',
  },
  'otp-wrong': {
    title: 'The one-time code is not right',
    text: 'The code does not fit. It may be an old one, or one of another account.',
    next: 'Wait until the app shows a new code, and type that one. Check that it is the entry of this university, and of this account. If no code is ever right, set the date and time of the device to “automatic”.',
  },
  'otp-used': {
    title: 'Just wait for the next code',
    text: 'This code was used already: each is good once only, also while it is still shown. It does not count as a wrong code.',
    next: 'Wait until the app shows a new code, at most 30 seconds, and type that one.',
  },
  'otp-drift': {
    title: 'The clock of your device is wrong',
    text: 'The code is genuine, but made for another time: the clock of the device with the app is about {minutes} {minutes|minute|minutes} {slow|slow|fast}.',
    next: 'On that device, open the settings, look for “Date & time”, and turn on the automatic time and time zone. Then wait for a new code and type it.',
  },
  'otp-start-again': {
    title: 'Please sign in again from the start',
    text: 'There were three wrong one-time codes, so this sign-in was stopped to protect your account.',
    next: 'Enter your password again. Before you type a code, check that the clock of the device with the app is set automatically, and that you look at the entry of this university.',
  },
  'totp-begun-anew': {
    title: 'Please scan the QR code again',
    text: 'You began to set it up in another place too, or some time has passed, so the QR code is a new one.',
    next: 'Delete the earlier entry in your app, and scan the code below.',
  },
  'passkey-wrong': {
    title: 'The passkey did not fit',
    text: 'What your device or security key sent could not be confirmed, so nobody was signed in by it.',
    next: 'Try once more, with the same device or key that you registered here. If it goes on, choose another way and tell the help desk the reference.',
  },
  'passkey-unknown': {
    title: 'This passkey is not registered here',
    text: 'Your device offered a passkey that we do not know, or that was removed from your account.',
    next: 'Choose another passkey, or another way to sign in. You can delete the old passkey in the password settings of your device.',
  },
  'passkey-unverified': {
    title: 'The passkey did not ask for a PIN or fingerprint',
    text: 'Your device confirmed that it is there, but not that it is you who holds it. Here both are needed.',
    next: 'Set a PIN, fingerprint or face on the device or security key and try again, or choose another way.',
  },
  'passkey-stale': {
    title: 'This page was open for too long',
    text: 'What the page asked your passkey for has expired, or was answered before. You did nothing wrong.',
    next: 'Press the button again on this page; it is fresh now.',
  },
  'authenticator-throttled': {
    title: 'Please try again in about {minutes} {minutes|minute|minutes}',
    text: 'There were too many wrong codes. To protect your account, those of this app are not accepted until then, not even the right one.',
    next: 'Choose another way if you have one, or wait. If it was not you who tried, somebody knows your password: change it at once and tell the help desk.',
  },
  'authenticator-not-found': {
    title: 'This way of confirming is no longer there',
    text: 'It was removed from your account, perhaps by you on another device.',
    next: 'Choose another way. If you did not remove it, please tell the help desk.',
  },
  'authenticator-fixed': {
    title: 'This one cannot be changed here',
    text: 'It was set up for you by our staff, and only they can change it.',
    next: 'Please ask the help desk if it has to be changed.',
  },
  'authenticator-limit': {
    title: 'You have as many as there can be',
    text: 'Up to twenty apps and passkeys can be registered for one account.',
    next: 'Remove one that you no longer use, then add the new one.',
  },
  'passkey-model': {
    title: 'This kind of passkey is not accepted here',
    text: 'Your university accepts certain models of security keys and devices only, and this is not one of them.',
    next: 'Use one of the accepted models; the help desk knows which. Or set up an app for one-time codes, if that is offered.',
  },
  'enrolment-not-allowed': {
    title: 'You cannot set this up from here',
    text: 'With the password alone, a second way to confirm that it is you can be added only from certain places, so that nobody who stole a password can do it.',
    next: 'If you have an app or a passkey already, confirm with it first.{hasPlaces| Or set it up from | }{places}{hasPlaces|.| } If you cannot, ask the help desk.',
  },
  'step-up-unreachable': {
    title: 'More than a password is needed here',
    text: 'This sign-in needs a second way to confirm that it is you. You have none that fits, and cannot set one up from where you are.',
    next: 'Set one up from a place where that is allowed, or ask the help desk.',
  },
  busy: {
    title: 'Very many people are signing in just now',
    text: 'Your password was not checked, because more people are signing in at this moment than we can serve at once.',
    next: 'Please wait half a minute, then press “Sign in” once more.',
  },
  'attempt-stale': {
    title: 'This sign-in page has grown old',
    text: 'The page was open for a long time, or came from a bookmark. This is nothing to worry about.',
    next: 'Open the service again to get a fresh sign-in page. Please bookmark the page of the service, not this one.',
  },
  'attempt-tampered': {
    title: 'This sign-in page no longer works',
    text: 'The page does not belong to a sign-in that we know. This happens with a bookmark, or when an address was copied only in part.',
    next: 'Open the service again from its own page, or choose it from the list of services.',
  },
  'form-foreign': {
    title: 'We could not be sure it was you',
    text: 'The form did not come from a page that we gave to this browser. This happens when the page was open for long, or when another site tries to act in your name.',
    next: 'Show the page again and repeat what you wanted to do.',
  },
  'cookies-missing': {
    title: 'Your browser did not keep our cookie',
    text: 'To sign you in we need a cookie, a small note that your browser keeps for us until you close it. It does not follow you anywhere else.',
    next: 'Allow cookies for this site in the settings of your browser, or leave private mode, and try again. If you use an app’s built-in browser, open the service in Safari, Chrome, Edge or Firefox instead.',
  },
  'page-not-found': {
    title: 'There is no page here',
    text: 'The address may be mistyped or out of date.',
    next: 'Choose a service from the list of services.',
  },
  'method-not-allowed': {
    title: 'This page opens only from a service',
    text: 'It appears while you sign in to a service, and cannot be opened by its address alone.',
    next: 'Choose the service that you want to use from the list of services.',
  },
  'store-unavailable': {
    title: 'We are out of order for a moment',
    text: 'A part of our system does not answer, so we cannot sign you in right now. You did nothing wrong.',
    next: 'Please try again in a few minutes.',
  },
  'session-gone': {
    title: 'Your sign-in has ended',
    text: 'You were signed out, or your sign-in has run out in the meantime.',
    next: 'Open the service again to sign in.',
  },
  'login-revoked': {
    title: 'This sign-in was cancelled',
    text: 'Your password was right, but just then all of your sign-ins were ended, by you or by our staff.',
    next: 'Open the service again to sign in. If this happens again, or you do not know why, please tell the help desk.',
  },
  internal: {
    title: 'Something went wrong on our side',
    text: 'This should not have happened, and you did nothing wrong. It has been noted for our engineers.',
    next: 'Please try once more. If it happens again, tell the help desk the reference on this page.',
  },
};
