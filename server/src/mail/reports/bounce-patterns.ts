/** Texts of reporting systems without RFC 3464, as found in real reports. Each pattern is applied to one line or a short text. */

/** Subjects of reports. */
export const bounceSubject =
  /undeliver(ed|able)|delivery.{0,30}(fail|status|notification|problem|report|error|delay|unsuccessful)|fail(ed|ure).{0,20}(deliver|notice|notification)|(mail|message|system).{0,12}(fail|error|delayed)|returned (mail|to sender|message)|mail delivery|could not (be delivered|send)|not delivered|non[- ]?(remis|delivery)|nondeliverable|failure notice|unzustellbar|delivery has failed|rejected (your|mail|message)|unknown user|user unknown|mail.?box (full|unavailable)|warning: (could not send|message)|bounce|automatically rejected mail|mailer-daemon|considered unsolicited|permanent error|ndn:|postmaster notify|message status|não entregue|não (foi )?entreg|no entregado|no se (puede|pudo) entregar|devuelto|non consegnat|non recapitabil|mancata consegna|nicht zugestellt|zustellung.{0,20}(fehlgeschlagen|nicht möglich)|unzustellbare|échec de (la )?(remise|livraison)|non distribué|onbestelbaar|niet (te )?bezorg|ikke leveret|ikke levert|kan inte levereras|olevererbar|ei voitu toimittaa|nie (można|udało się) dostarczy|niedostarcz|nedoručiteln|nedoručen|kézbesíthetetlen|teslim edilemedi|iletilemedi|не доставлен|недоставлен|не може бути доставлен|αδυναμία παράδοσης|退信|无法投递|無法傳遞|未送达|配信不能|반송|배달 실패|\bmail システム\b|送信エラー|配信/i;

/** Senders of reports. */
export const bounceSender =
  /mailer[- ]?daemon|^post_?master@|^mail.?delivery|mail\.delivery\.system|delivery.?(sub)?system|^(no-?reply-?)?bounces?@|^(the )?(e-?)?mail system$|^maildaemon|^mmdf@|ndr@|^mail-?master@|e-?mail gateway/i;

/** Sentences of reports, searched for in the text before the returned message. */
export const bounceSentence =
  /(could ?n.t|could not|cannot|can.t|unable to|was not|not able to|wasn't able to|were not|has not been|not been|did not|failed to)( be)?( able to)? ?(successfully )?(deliver|reach|send|relay|been? delivered)|delivery (to|has|of|failed|attempt)|undeliver(ed|able)|fail(ed|ure) (permanently|to deliver|to send)|permanent(ly)? (fail|error|fatal)|returned (mail|to sender)|following (recipient|address)|user unknown|unknown user|no such user|mailbox (is )?(full|unavailable)|address(es)? failed|transcript of session|message (was|has been) (rejected|refused|not delivered|delayed)|was rejected by|rejected for|fatal errors|had an? (error|problem)|temporarily? (fail|undeliver)|delivery.{0,20}(delayed|status)|reason:|smtp error|<<< ?[45]\d\d|\b[45]\d\d[ -][45]\.\d\.\d{1,3}|your message .{0,60}(rejected|blocked|not be)|(nicht|konnte nicht) zugestellt|n'a pas pu être (remis|livré|distribué)|non remis|no (se ha podido|se pudo|pudo ser) entreg|impossibile (consegnare|recapitare)|não (pôde|foi possível) (ser )?entreg|niet worden (bezorgd|afgeleverd)|kunde inte levereras|kunne ikke leveres|nie (mogła|może|można|udało się) .{0,20}dostarcz|nelze doručit|не (может|могло|удалось|было) .{0,20}доставлен|не удалось доставить|teslim edilemedi|kézbesíteni|无法(投递|送达)|無法(投遞|傳遞|送達)|退回|전달(되지|할 수 없)|配信|送信できません|届けられません|存在しません/i;

/** The line before a returned message in a text. */
export const returnedMessageStart =
  /^[ \t>]*(-{2,} *(this is a copy|below this line|original message|the body of|message header|included is|a copy of|returned message|the header|full headers|headers? of|undelivered message|begin)|-{3,}.{0,40}(original|copy|header).{0,60}-*|.{0,30}(original|returned|undelivered|failed|unsent|rejected|your) (message|mail|e-mail)( (headers?|body|text|follows|content|including)| is (included|attached|below|returned))|the (original |first )?(message|headers?).{0,30}(follow|below)|content-type: message\/(rfc822|delivery)|received: (from|by) |return-path: |message-id: ?<)/im;

/** Says that delivery will be retried. A full mailbox does not: it is not retried. */
export const stillTryingPattern =
  /delayed|temporar|will (retry|be retried|continue|keep trying)|deferred|not yet been delivered|still trying|warning: (could not|message)|greylist/i;

/** Says that delivery will not be retried. */
export const gaveUpPattern =
  /giv(en|ing) up|gave up|permanent|retry time(out)? exceeded|expired|too long|will not be retried|returned to sender/i;
