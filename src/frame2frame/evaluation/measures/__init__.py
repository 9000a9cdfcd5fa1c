"""What answers are measured by: docs/how-to/evaluate.md.

seen        pictures as measures see them
pixels      what needs no network: SSIM, PSNR, sharpness, drift of camera and colour, how much was changed
perceptual  the networks that say how far apart pictures look, where they are
apart       how far apart answers look to them: LPIPS, ST-LPIPS
encoded     similarity of what encoders make of pictures and texts: CLIP, DINO, faces
judged      marks of a vision-language model
looks       sharp or blurred, drawn or cross-faded
panel       all of them, as far as their networks are here
"""
