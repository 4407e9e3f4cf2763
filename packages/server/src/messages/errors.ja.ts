import type { ErrorMessages, Message } from './message.ts';

const startAgain =
  'サービスのページに戻って、もう一度開いてください。同じことが続くときは、この画面の受付番号をヘルプデスクにお伝えください。';
const tellTheService =
  'あなたのアカウントに問題はありません。この画面の受付番号をヘルプデスクにお伝えください。サービス側との確認はこちらで行います。';

/** A request of a service that we can't understand; the causes differ, for the person it is one thing. */
const unreadable = (text: string): Message => ({
  title: 'サービスからの要求を読み取れませんでした',
  text,
  next: startAgain,
});

export const errorMessagesJa: ErrorMessages = {
  'request-missing': {
    title: 'このページはサービスから開きます',
    text: 'サービスからの要求がないまま、このページが開かれました。ログインの途中の画面をブックマークしたときなどに起こります。',
    next: 'サービスのページから始めるか、サービス一覧から選んでください。',
  },
  'request-repeated': unreadable('サービスからの要求に同じ項目が二つあり、どちらが正しいか判断できません。'),
  'request-encoding': unreadable(
    'サービスからの要求が壊れた形で届きました。URL をコピーしたときに途中で切れた場合にも起こります。',
  ),
  'request-too-large': {
    title: '送られた内容が大きすぎます',
    text: 'ブラウザから送られた内容が、ログインに必要な大きさを超えています。',
    next: startAgain,
  },
  'request-not-authn': unreadable('サービスから届いたものは、ログインの要求ではありませんでした。'),
  'request-invalid': unreadable('サービスからの要求に、必要な項目が足りません。'),
  'request-version': {
    title: 'サービスのログイン方式が古いようです',
    text: 'このサービスのログイン方式は古く、ここでは使えません。サービス側での対応が必要です。',
    next: tellTheService,
  },
  'request-stale': {
    title: 'このログインは時間が経ちすぎました',
    text: 'サービスからの要求には有効な時間があります。ページを開いたままにしたときや、ブックマークから開いたときに起こります。心配はいりません。',
    next: 'サービスをもう一度開いてください。ブックマークするときは、ログイン画面ではなくサービスのページを登録してください。',
  },
  'request-from-future': {
    title: 'サービスの時計がずれています',
    text: 'サービスからの要求に、まだ来ていない時刻が書かれています。',
    next: tellTheService,
  },
  'request-destination': {
    title: '宛先が違う要求です',
    text: 'サービスから、別の宛先に向けた要求が届きました。',
    next: tellTheService,
  },
  'issuer-missing': unreadable('要求に、どのサービスからのものかが書かれていません。'),
  'service-unknown': {
    title: '登録されていないサービスです',
    text: 'このサービスは登録されていないため、あなたの情報は何も渡していません。',
    next: 'サービスの正しい URL から開いたか確かめてください。使えるはずのサービスであれば、この画面の受付番号をヘルプデスクにお伝えください。',
  },
  'acs-unknown': {
    title: '登録されていない送り先です',
    text: 'サービスが、登録されていない URL への移動を求めました。あなたを守るため、ここで止めました。',
    next: tellTheService,
  },
  'relay-state-too-large': {
    title: 'サービスからの付け足しが長すぎます',
    text: 'サービスから預かる情報が長すぎて、運べませんでした。',
    next: 'サービスの奥のページではなく、最初のページから開いてください。それでもだめなときは、この画面の受付番号をヘルプデスクにお伝えください。',
  },
  'signature-missing': {
    title: '要求に署名がありません',
    text: 'このサービスの要求には必ず署名が付くはずですが、ありませんでした。他の誰かが作った要求かもしれないため、ここで止めました。',
    next: tellTheService,
  },
  'signature-invalid': {
    title: '要求の署名が合いません',
    text: '要求の署名が、このサービスのものではありません。途中で書き換えられたかもしれないため、ここで止めました。',
    next: tellTheService,
  },
  'signature-algorithm': {
    title: '要求の署名が弱い方式です',
    text: 'サービスが、今では安全といえない方式で署名しています。',
    next: tellTheService,
  },
  'signature-structure': {
    title: '署名が要求の全体を守っていません',
    text: '署名で守られていない部分があり、書き換えられるおそれがあるため、ここで止めました。',
    next: tellTheService,
  },
  'xml-encoding': unreadable('サービスからの要求に、読み取れない文字が含まれています。'),
  'xml-malformed': unreadable('サービスからの要求が正しい形になっていません。'),
  'xml-doctype': unreadable('サービスからの要求に、許されていない部分が含まれています。'),
  'xml-limit': unreadable('サービスからの要求が、ふつうではありえない大きさです。'),
  'saml1-unsupported': {
    title: 'サービスのログイン方式が古いようです',
    text: 'このサービスのログイン方式は古く、ここでは使えません。サービス側での対応が必要です。',
    next: tellTheService,
  },
  'no-passive': {
    title: 'ログインが必要です',
    text: 'サービスが、画面を出さずにログイン済みかどうかを確かめようとしました。まだログインしていません。',
    next: 'サービスのページから、ふつうにログインしてください。',
  },
  'no-authn-context': {
    title: 'サービスの求める認証方法がありません',
    text: 'サービスが、ここでは用意していない方法での本人確認を求めています。',
    next: tellTheService,
  },
  'name-id-policy': {
    title: 'サービスの求める識別子を渡せません',
    text: 'サービスが、ここでは渡していない種類の識別子を求めています。',
    next: tellTheService,
  },
  'request-unsupported': {
    title: 'サービスの求めに応じられません',
    text: 'サービスからの要求は正しい形ですが、ここでは用意していないことを求めています。',
    next: tellTheService,
  },
  'subject-other': {
    title: 'サービスは別の方を待っています',
    text: 'サービスは特定の方について尋ねましたが、別の方としてログインされています。あなたについての情報は何も送っていません。',
    next: 'アカウントを複数お持ちの場合は、ここでいったんログアウトし、サービスに登録したアカウントでログインし直してください。そうでない場合は、サービスの管理者にお知らせください。',
  },
  'binding-unsupported': {
    title: 'サービスの求める送り方ができません',
    text: 'サービスが、ここでは用意していない方法での返答を求めています。',
    next: tellTheService,
  },
  'login-cancelled': {
    title: 'ログインを取りやめました',
    text: 'あなたの情報は何も送られていません。',
    next: 'いつでもサービスのページからやり直せます。',
  },
  'encryption-impossible': {
    title: 'サービスに安全に返答できませんでした',
    text: 'このサービスへの返答は暗号化が必要ですが、サービスの鍵が使えませんでした。',
    next: tellTheService,
  },
  'credentials-wrong': {
    title: 'ユーザ名かパスワードが違います',
    text: 'ユーザ名かパスワードが違います。',
    next: '全角(日本語入力)や Caps Lock になっていないか、ブラウザが古いパスワードを自動入力していないかを確かめて、もう一度入力してください。',
  },
  'credentials-missing': {
    title: '入力が足りません',
    text: '入力されていない欄があります。',
    next: 'ユーザ名とパスワードの両方を入力してください。',
  },
  'account-throttled': {
    title: '約 {minutes} 分後にもう一度お試しください',
    text: 'パスワードの間違いが続いたため、アカウントを守るためにログインを止めています。',
    next: 'それまでは、正しいパスワードでもログインできません。身に覚えがないときは、ヘルプデスクにご連絡ください。',
  },
  busy: {
    title: 'ただいま混み合っています',
    text: '一度に多くの方がログインしているため、パスワードの確認ができませんでした。',
    next: '30 秒ほど待ってから、もう一度「ログイン」を押してください。',
  },
  'attempt-stale': {
    title: 'このログイン画面は時間が経ちすぎました',
    text: '画面を長く開いたままにしたか、ブックマークから開いたようです。心配はいりません。',
    next: 'サービスをもう一度開くと、新しいログイン画面になります。ブックマークするときは、サービスのページを登録してください。',
  },
  'attempt-tampered': {
    title: 'このログイン画面はもう使えません',
    text: 'この画面に対応するログインが見つかりません。ブックマークから開いたときや、URL の一部だけをコピーしたときに起こります。',
    next: 'サービスのページからもう一度開くか、サービス一覧から選んでください。',
  },
  'form-foreign': {
    title: 'ご本人の操作か確かめられませんでした',
    text: '送られた内容が、このブラウザに表示した画面からのものではありませんでした。画面を長く開いていたときや、他のサイトがあなたになりすまそうとしたときに起こります。',
    next: '画面をもう一度表示して、やり直してください。',
  },
  'cookies-missing': {
    title: 'Cookie が使えないようです',
    text: 'ログインには Cookie(ブラウザを閉じるまでの小さな控え)が必要です。ここ以外であなたを追跡することはありません。',
    next: 'ブラウザの設定でこのサイトの Cookie を許可するか、プライベートモードを終えてから、もう一度お試しください。アプリ内のブラウザをお使いのときは、Safari・Chrome・Edge・Firefox で開いてください。',
  },
  'page-not-found': {
    title: 'ページが見つかりません',
    text: 'URL が間違っているか、古くなっているようです。',
    next: 'サービス一覧から選んでください。',
  },
  'method-not-allowed': {
    title: 'このページはサービスから開きます',
    text: 'このページは、サービスにログインするときに開きます。URL を直接開くことはできません。',
    next: 'サービス一覧から、使いたいサービスを選んでください。',
  },
  'store-unavailable': {
    title: 'ただいま一時的に使えません',
    text: 'システムの一部が応答していないため、今はログインできません。あなたの操作に問題はありません。',
    next: '数分待ってから、もう一度お試しください。',
  },
  'session-gone': {
    title: 'ログインの有効期限が切れました',
    text: 'ログアウトしたか、ログインの有効期限が切れています。',
    next: 'サービスをもう一度開いて、ログインしてください。',
  },
  internal: {
    title: 'こちらの不具合です',
    text: '本来起こらないはずのことが起こりました。あなたの操作に問題はありません。担当者のために記録しました。',
    next: 'もう一度お試しください。続くときは、この画面の受付番号をヘルプデスクにお伝えください。',
  },
};
